package org.nearzero.policy.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.api.model.AppInstanceStatus.FAILED;
import static org.nearzero.api.model.AppInstanceStatus.INSTANTIATING;
import static org.nearzero.api.model.AppInstanceStatus.READY;
import static org.nearzero.api.model.AppInstanceStatus.TERMINATING;
import static org.nearzero.api.model.AppInstanceStatus.UNKNOWN;
import static org.nearzero.policy.core.Given.NOON;
import static org.nearzero.policy.core.Given.at;
import static org.nearzero.policy.core.Given.cpu;
import static org.nearzero.policy.core.Given.demand;
import static org.nearzero.policy.core.Given.instances;
import static org.nearzero.policy.core.Given.memory;
import static org.nearzero.policy.core.Given.observed;
import static org.nearzero.policy.core.Given.peak;
import static org.nearzero.policy.core.Given.policies;
import static org.nearzero.policy.core.Given.ready;
import static org.nearzero.policy.core.Given.scaling;
import static org.nearzero.policy.core.Given.site;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Peak;
import org.nearzero.api.model.Cap;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.Usage;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;

/** The decision by example, its words included. */
class DecisionTest {
    /** 100 connections an instance, 0 to 10 instances, in after 30 s, none within 10 s of a scale-out. */
    private static final ScalingPolicy SCALING = scaling(100, 0, 10, 30, 10);

    @Test
    void asksAtOnceForWhatTheConnectionsNeedAndCountsThoseStarting() {
        Desired desired = decide(demand(150, 100), observed(READY, READY, INSTANTIATING));

        assertEquals(
                new Desired(
                        3,
                        "3 instances: 250 connections / 100 per instance = 3 (2 ready, 1 starting)",
                        Optional.empty(),
                        false),
                desired);
    }

    @Test
    void oneWaitingConnectionIsEnoughForOneInstance() {
        assertEquals(
                new Desired(1, "1 instance: 1 connection / 100 per instance = 1", Optional.empty(), false),
                decide(demand(0, 1), Observed.NOTHING));
    }

    @Test
    void holdsWhatRunsForTheDelayAfterTheLastPeak() {
        Desired desired = decide(demand(80, 0, peak(200, "12:00:00")), observed(READY, READY), at("12:00:10"));

        assertEquals(
                new Desired(
                        2,
                        "2 instances: demand needs 1, held until 12:00:30Z by scaleInDelay 30s",
                        Optional.of(at("12:00:30")),
                        false),
                desired);
    }

    @Test
    void givesUpAtTheVeryInstantThatTheDelayEnds() {
        Demand demand = demand(80, 0, peak(200, "12:00:00"));

        assertEquals(
                2,
                decide(demand, observed(READY, READY), at("12:00:29.999999999")).instances());
        assertEquals(
                new Desired(1, "1 instance: 80 connections / 100 per instance = 1 (2 ready)", Optional.empty(), false),
                decide(demand, observed(READY, READY), at("12:00:30")));
    }

    @Test
    void stepsDownWithThePeaksOneByOne() {
        Demand demand = demand(0, 0, peak(400, "12:00:00"), peak(200, "12:00:05.250"));
        Observed four = observed(READY, READY, READY, READY);

        Desired first = decide(demand, four, at("12:00:10"));
        assertEquals(4, first.instances());
        assertEquals(Optional.of(at("12:00:30")), first.wakeAt());

        Desired second = decide(demand, four, at("12:00:30"));
        assertEquals(2, second.instances());
        assertEquals("2 instances: demand needs 0, held until 12:00:35.250Z by scaleInDelay 30s", second.reason());

        Desired third = decide(demand, four, at("12:00:35.250"));
        assertEquals("0: idle for 30s (4 ready)", third.reason());
        assertEquals(Optional.empty(), third.wakeAt());
    }

    @Test
    void neverStartsAnythingForAPeakThatIsOver() {
        Desired desired = decide(demand(50, 0, peak(900, "11:59:59")), observed(READY, FAILED));

        assertEquals(1, desired.instances());
    }

    @Test
    void givesNothingUpWithinTheWindowOfTheYoungestInstance() {
        Observed observed = new Observed(List.of(
                Given.instance(1, READY, at("11:00:00")),
                Given.instance(2, INSTANTIATING, at("11:59:58")),
                Given.instance(3, TERMINATING, at("11:59:59"))));

        assertEquals(
                new Desired(
                        2,
                        "2 instances: demand needs 0, held until 12:00:08Z by stabilizationWindow 10s",
                        Optional.of(at("12:00:08")),
                        false),
                decide(demand(0, 0), observed));
    }

    @Test
    void isWokenByTheHoldThatEndsLast() {
        Desired desired = decide(demand(0, 0, peak(150, "11:59:40")), ready(2, at("11:59:55")));

        assertEquals(Optional.of(at("12:00:10")), desired.wakeAt());
    }

    @Test
    void saysNothingOfIdlenessThatItCannotKnow() {
        assertEquals("0: no connections", decide(demand(0, 0), Observed.NOTHING).reason());
        assertEquals(
                "0: no connections (1 unknown)",
                decide(demand(0, 0), observed(UNKNOWN)).reason());
    }

    @Test
    void keepsToTheDevelopersBounds() {
        ScalingPolicy bounds = scaling(100, 2, 3, 30, 10);

        assertEquals(
                "2 instances: minInstances 2, demand needs 0",
                Decision.decide(policies(bounds), demand(0, 0), Observed.NOTHING, NOON)
                        .reason());
        assertEquals(
                "3 instances: maxInstances 3, demand needs more: 950 connections / 100 per instance = 10",
                Decision.decide(policies(bounds), demand(0, 950), Observed.NOTHING, NOON)
                        .reason());
    }

    @Test
    void aLoweredMaximumTakesInstancesBackWithoutDelay() {
        Policies lowered = policies(scaling(100, 0, 2, 30, 10));
        Desired desired = Decision.decide(lowered, demand(400, 0), ready(4, NOON), NOON);

        assertEquals(2, desired.instances());
        assertFalse(desired.capped());
    }

    @Test
    void theOperatorWinsOverDemandAndSaysWithWhat() {
        Desired desired = Decision.decide(policies(SCALING, site(cpu(2_000))), demand(0, 650), Observed.NOTHING, NOON);

        assertEquals(
                new Desired(
                        4,
                        "4 instead of 7: operator's site cap of 2000m CPU leaves room for 4"
                                + " (7 instances: 650 connections / 100 per instance = 7)",
                        Optional.empty(),
                        true),
                desired);
    }

    @Test
    void theOperatorWinsEvenOverTheMinimum() {
        Desired desired = Decision.decide(
                policies(scaling(100, 5, 10, 30, 10), site(instances(3))), demand(0, 0), Observed.NOTHING, NOON);

        assertEquals(3, desired.instances());
        assertTrue(desired.capped());
    }

    @Test
    void othersTakeTheirPartOfWhatIsShared() {
        long gib = 1L << 30;
        OperatorPolicy operator = new OperatorPolicy(Cap.UNLIMITED, memory(2 * gib), instances(100), List.of());
        Usage others = new Usage(5, 100, gib);
        Policies policies = new Policies(SCALING, operator, Given.IMAGE, Resources.DEFAULT, others, others);

        assertEquals(
                "4 instead of 7: operator's provider cap of 2 GiB memory leaves room for 4 beside 1 GiB memory of others"
                        + " (7 instances: 650 connections / 100 per instance = 7)",
                Decision.decide(policies, demand(0, 650), Observed.NOTHING, NOON)
                        .reason());
    }

    @Test
    void aCapOfNothingMeansNothing() {
        Desired desired = Decision.decide(
                policies(
                        scaling(1, 3, 10, 0, 0),
                        new OperatorPolicy(new Cap(0, 0, 0), new Cap(0, 0, 0), new Cap(0, 0, 0), List.of())),
                demand(5, 5),
                observed(READY),
                NOON);

        assertEquals(0, desired.instances());
        assertTrue(desired.capped());
    }

    @Test
    void anImageThatTheOperatorNoLongerAllowsGetsNoInstance() {
        OperatorPolicy operator =
                new OperatorPolicy(Cap.UNLIMITED, Cap.UNLIMITED, Cap.UNLIMITED, List.of("acme/till:*", "corp/*"));

        Desired desired =
                Decision.decide(policies(scaling(100, 1, 10, 30, 10), operator), demand(50, 0), observed(READY), NOON);

        assertEquals(0, desired.instances());
        assertTrue(desired.capped());
        assertEquals(
                "0 instead of 1: image acme/shop:7 is not on the operator's allow-list: acme/till:*, corp/*"
                        + " (1 instance: 50 connections / 100 per instance = 1 (1 ready))",
                desired.reason());
    }

    @Test
    void anImageThatIsNotAllowedIsNoReasonToTellWhereNoneIsWanted() {
        OperatorPolicy operator = new OperatorPolicy(Cap.UNLIMITED, Cap.UNLIMITED, Cap.UNLIMITED, List.of("corp/*"));

        Desired desired = Decision.decide(policies(SCALING, operator), demand(0, 0), Observed.NOTHING, NOON);

        assertEquals(new Desired(0, "0: no connections", Optional.empty(), false), desired);
    }

    @Test
    void ownTerminatingInstancesStillTakeTheirPlace() {
        Policies policies = policies(SCALING, site(instances(3)));
        Desired desired = Decision.decide(policies, demand(0, 300), observed(READY, READY, TERMINATING), NOON);

        assertEquals(2, desired.instances());
        assertEquals(
                "2 instead of 3: operator's site cap of 3 instances leaves room for 2 until 1 terminating or failed are gone"
                        + " (3 instances: 300 connections / 100 per instance = 3 (2 ready, 1 terminating))",
                desired.reason());
    }

    @Test
    void ownFailedInstancesTakeTheirPlaceUntilTheyAreGone() {
        Policies policies = policies(SCALING, site(instances(3)));

        assertEquals(
                1,
                Decision.decide(policies, demand(0, 300), observed(READY, FAILED, TERMINATING), NOON)
                        .instances());
    }

    @Test
    void ownTerminatingInstancesNeverCauseALiveOneToBeGivenUp() {
        Policies lowered = policies(SCALING, site(instances(2)));

        assertEquals(
                2,
                Decision.decide(lowered, demand(300, 0), observed(READY, READY, READY), NOON)
                        .instances());
        assertEquals(
                2,
                Decision.decide(lowered, demand(300, 0), observed(READY, READY, TERMINATING), NOON)
                        .instances());
    }

    @Test
    void theEndOfAHoldAboveTheCapWakesNobody() {
        Demand demand = demand(0, 0, peak(700, "11:59:40"), peak(200, "11:59:50"));
        Desired desired =
                Decision.decide(policies(SCALING, site(instances(2))), demand, ready(7, at("11:00:00")), NOON);

        assertEquals(2, desired.instances());
        assertEquals(Optional.of(at("12:00:20")), desired.wakeAt());
    }

    @Test
    void absurdCountsDoNotOverflow() {
        Policies policies = policies(scaling(1, 0, 10_000, 30, 10));
        Desired desired =
                Decision.decide(policies, demand(Integer.MAX_VALUE, Integer.MAX_VALUE), Observed.NOTHING, NOON);

        assertEquals(10_000, desired.instances());
        assertEquals(
                0,
                Decision.decide(policies, demand(-5, 0), Observed.NOTHING, NOON).instances());
    }

    @Test
    void absurdInstantsDoNotOverflow() {
        Demand demand = demand(0, 0, new Peak(5, Instant.MIN), new Peak(1, Instant.MAX));
        Desired desired = decide(demand, ready(1, Instant.MAX));

        assertEquals(1, desired.instances());
        assertEquals(Optional.of(NOON.plus(Duration.ofDays(7))), desired.wakeAt());
        String longAgo = decide(demand(0, 0, new Peak(5, Instant.MIN)), ready(1, Instant.MIN))
                .reason();
        assertTrue(longAgo.matches("0: idle for \\d+ days \\(1 ready\\)"), longAgo);
        assertEquals(
                0,
                Decision.decide(policies(SCALING), demand(0, 0), Observed.NOTHING, Instant.MAX)
                        .instances());
    }

    private static Desired decide(Demand demand, Observed observed) {
        return decide(demand, observed, NOON);
    }

    private static Desired decide(Demand demand, Observed observed, Instant now) {
        return Decision.decide(policies(SCALING), demand, observed, now);
    }
}
