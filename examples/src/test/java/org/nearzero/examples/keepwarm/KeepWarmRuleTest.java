package org.nearzero.examples.keepwarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.Usage;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;

class KeepWarmRuleTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Policies POLICIES = new Policies(
            ScalingPolicy.DEFAULT, OperatorPolicy.UNLIMITED, "acme/shop:7", Resources.DEFAULT, Usage.NONE, Usage.NONE);

    private final KeepWarmRule rule = new KeepWarmRule(LocalTime.of(8, 0), LocalTime.of(18, 0), BERLIN);

    @Test
    void keepsOneOnAWorkdayAndAsksToBeWokenAtItsEnd() {
        Desired desired = adjust(proposal(0), "2026-11-24T12:00:00Z");

        assertEquals(1, desired.instances());
        assertEquals(Optional.of(Instant.parse("2026-11-24T17:00:00Z")), desired.wakeAt());
        assertTrue(desired.reason().contains("business hours"), desired.reason());
    }

    @Test
    void keepsNoneAtNightAndAsksToBeWokenInTheMorning() {
        Desired desired = adjust(proposal(0), "2026-11-24T17:00:00Z");

        assertEquals(0, desired.instances());
        assertEquals(Optional.of(Instant.parse("2026-11-25T07:00:00Z")), desired.wakeAt());
    }

    @Test
    void sleepsFromFridayEveningToMondayMorning() {
        Desired desired = adjust(proposal(0), "2026-11-27T17:00:00Z");

        assertEquals(0, desired.instances());
        assertEquals(Optional.of(Instant.parse("2026-11-30T07:00:00Z")), desired.wakeAt());
    }

    @Test
    void leavesAnythingAboveOneAloneAndItsReasonToo() {
        Desired desired = adjust(proposal(3), "2026-11-24T12:00:00Z");

        assertEquals(3, desired.instances());
        assertEquals("proposed", desired.reason());
    }

    @Test
    void neverDelaysAnEarlierWakeUp() {
        Instant soon = Instant.parse("2026-11-24T12:00:10Z");
        Desired desired = adjust(new Desired(2, "proposed", Optional.of(soon), false), "2026-11-24T12:00:00Z");

        assertEquals(Optional.of(soon), desired.wakeAt());
    }

    @Test
    void followsTheChangeToSummerTime() {
        // Sunday 2027-03-28 the clock goes forward; on Monday 08:00 is 06:00 UTC, no longer 07:00.
        assertEquals(
                Optional.of(Instant.parse("2027-03-29T06:00:00Z")),
                adjust(proposal(0), "2027-03-27T12:00:00Z").wakeAt());
    }

    @Test
    void refusesHoursThatEndBeforeTheyBegin() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new KeepWarmRule(LocalTime.of(18, 0), LocalTime.of(8, 0), BERLIN));
    }

    private Desired adjust(Desired proposed, String now) {
        return rule.adjust(proposed, POLICIES, Demand.none(new AppId("shop")), Observed.NOTHING, Instant.parse(now));
    }

    private static Desired proposal(int instances) {
        return new Desired(instances, "proposed", Optional.empty(), false);
    }
}
