package org.nearzero.sites.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.sites.core.Given.NOON;
import static org.nearzero.sites.core.Given.noonPlus;
import static org.nearzero.sites.core.Times.FOREVER;
import static org.nearzero.sites.core.Times.NEVER;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.ZoneId;
import org.nearzero.api.sites.Assignment.Role;
import org.nearzero.api.sites.PointOfPresence.Availability;
import org.nearzero.sites.core.Bounds.Place;
import org.nearzero.sites.core.Verdict.Why;

class MigrationDecisionTest {
    private static final MigrationPolicy POLICY = Given.policy();

    private static Levels sessions(int number) {
        return Levels.unknown(NOON).told(number, POLICY, NOON);
    }

    private static Verdict decide(int sessions, Bounds bounds, long seconds) {
        return MigrationDecision.decide(POLICY, sessions(sessions), bounds, noonPlus(seconds));
    }

    @Test
    void servesOnceSessionsHaveBeenManyForTheWindow() {
        Bounds relaying = Given.bounds(Role.RELAY, NEVER);
        assertEquals(Role.RELAY, decide(14, relaying, 9).role());
        assertEquals(noonPlus(10), decide(14, relaying, 9).wakeAt());
        Verdict verdict = decide(14, relaying, 10);
        assertEquals(Role.SERVE, verdict.role());
        assertEquals("serve at pop-2: 14 sessions >= 10 for 10s", verdict.reason());
        assertEquals(FOREVER, verdict.wakeAt());
    }

    @Test
    void theThresholdItselfIsEnoughAndOneLessIsNot() {
        Bounds relaying = Given.bounds(Role.RELAY, NEVER);
        assertEquals(Role.SERVE, decide(10, relaying, 10).role());
        assertEquals(Role.RELAY, decide(9, relaying, 1000).role());
        assertEquals(
                "relay: 9 sessions, serves at 10", decide(9, relaying, 1000).reason());
    }

    @Test
    void returnsAtTheReturnThresholdAndNotBetweenBoth() {
        Bounds serving = Given.bounds(Role.SERVE, NEVER);
        assertEquals(Role.RELAY, decide(3, serving, 10).role());
        assertEquals("relay: 3 sessions <= 3 for 10s", decide(3, serving, 10).reason());
        assertEquals(Role.SERVE, decide(4, serving, 1000).role());
        assertEquals(
                "serve at pop-2: 4 sessions, returns at 3",
                decide(4, serving, 1000).reason());
    }

    @Test
    void aBreakBeginsTheWindowAnew() {
        Levels levels = sessions(14).told(9, POLICY, noonPlus(8)).told(14, POLICY, noonPlus(9));
        Verdict verdict = MigrationDecision.decide(POLICY, levels, Given.bounds(Role.RELAY, NEVER), noonPlus(10));
        assertEquals(Why.WINDOW, verdict.why());
        assertEquals(noonPlus(19), verdict.wakeAt());
    }

    @Test
    void anotherNumberInTheSameBandDoesNot() {
        Levels levels = sessions(14).told(40, POLICY, noonPlus(8)).told(10, POLICY, noonPlus(9));
        assertEquals(
                Role.SERVE,
                MigrationDecision.decide(POLICY, levels, Given.bounds(Role.RELAY, NEVER), noonPlus(10))
                        .role());
    }

    @Test
    void theCooldownHoldsInBothDirections() {
        for (Role wanted : Role.values()) {
            Verdict verdict = decide(wanted == Role.SERVE ? 0 : 14, Given.bounds(wanted, NOON), 59);
            assertEquals(wanted, verdict.role());
            assertEquals(Why.COOLDOWN, verdict.why());
            assertEquals(noonPlus(60), verdict.wakeAt());
            assertTrue(verdict.reason().contains("cooldown of 1m until 2026-01-01T12:01:00Z"), verdict.reason());
        }
    }

    @Test
    void aSiteThatIsDrainedIsLeftAtOnce() {
        Bounds drained = new Bounds(
                Given.standing(Availability.DRAINING, false), Role.SERVE, NOON, Place.FREE, Integer.MAX_VALUE);
        assertEquals(Role.RELAY, decide(14, drained, 1).role());
        assertEquals("relay: the operator drains pop-2", decide(14, drained, 1).reason());
    }

    @Test
    void toAnExcludedSiteNoneComesAndThoseThereStay() {
        Standing excluded = Given.standing(Availability.EXCLUDED, true);
        assertEquals(
                Role.RELAY,
                decide(14, new Bounds(excluded, Role.RELAY, NEVER, Place.FREE, Integer.MAX_VALUE), 99)
                        .role());
        assertEquals(
                Role.SERVE,
                decide(14, new Bounds(excluded, Role.SERVE, NEVER, Place.FREE, Integer.MAX_VALUE), 99)
                        .role());
        assertEquals(
                Role.RELAY,
                decide(2, new Bounds(excluded, Role.SERVE, NEVER, Place.FREE, Integer.MAX_VALUE), 99)
                        .role());
    }

    @Test
    void ofASiteThatIsNotReachedNothingChanges() {
        Standing gone = Given.standing(Availability.ACTIVE, false);
        assertEquals(
                Role.RELAY,
                decide(14, new Bounds(gone, Role.RELAY, NEVER, Place.FREE, Integer.MAX_VALUE), 99)
                        .role());
        assertEquals(
                Role.SERVE,
                decide(0, new Bounds(gone, Role.SERVE, NEVER, Place.FREE, Integer.MAX_VALUE), 99)
                        .role());
    }

    @Test
    void aZoneThatIsNotAllowedIsNeverServedIn() {
        MigrationPolicy elsewhere = new MigrationPolicy(
                10,
                Duration.ofSeconds(10),
                3,
                Duration.ofSeconds(60),
                Set.of(new ZoneId("other")),
                1,
                Duration.ofSeconds(1),
                MigrationPolicy.OnHomebaseLost.KEEP);
        for (Role wanted : Role.values()) {
            Verdict verdict =
                    MigrationDecision.decide(elsewhere, sessions(14), Given.bounds(wanted, NOON), noonPlus(99));
            assertEquals(Role.RELAY, verdict.role());
            assertEquals("relay: zone zone-1 is not one of allowedZones [other]", verdict.reason());
        }
    }

    @Test
    void withoutAPlaceItWaitsInLineOnceTheWindowIsOver() {
        Bounds full = new Bounds(Given.active(), Role.RELAY, NEVER, Place.TAKEN, Integer.MAX_VALUE);
        assertFalse(decide(14, full, 9).waitsForPlace());
        assertTrue(decide(14, full, 10).waitsForPlace());
        assertEquals(Role.RELAY, decide(14, full, 10).role());
        Bounds tooMany = new Bounds(Given.active(), Role.SERVE, NOON, Place.GIVE_UP, Integer.MAX_VALUE);
        assertEquals(Role.RELAY, decide(14, tooMany, 1).role());
    }
}
