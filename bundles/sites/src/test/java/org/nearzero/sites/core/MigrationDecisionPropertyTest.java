package org.nearzero.sites.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.sites.core.Given.NOON;
import static org.nearzero.sites.core.Given.noonPlus;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.sites.Assignment.Role;
import org.nearzero.api.sites.PointOfPresence.Availability;
import org.nearzero.sites.core.Bounds.Place;

class MigrationDecisionPropertyTest {
    @Property
    void wakesExactlyWhenTimeAloneChangesIt(
            @ForAll @IntRange(max = 20) int sessions,
            @ForAll @IntRange(max = 30) int window,
            @ForAll @IntRange(max = 90) int cooldown,
            @ForAll @IntRange(max = 100) int since,
            @ForAll @IntRange(max = 100) int decided,
            @ForAll Role wanted,
            @ForAll Place place,
            @ForAll Availability availability,
            @ForAll boolean reachable) {
        MigrationPolicy policy = new MigrationPolicy(
                10,
                Duration.ofSeconds(window),
                3,
                Duration.ofSeconds(cooldown),
                Set.of(),
                1,
                Duration.ZERO,
                OnHomebaseLost.KEEP);
        Levels levels = Levels.unknown(NOON).told(sessions, policy, noonPlus(since));
        Bounds bounds = new Bounds(
                Given.standing(availability, reachable), wanted, noonPlus(decided), place, Integer.MAX_VALUE);
        Instant now = noonPlus(100);
        Verdict verdict = MigrationDecision.decide(policy, levels, bounds, now);
        assertTrue(verdict.wakeAt().isAfter(now));
        assertFalse(verdict.reason().isEmpty());
        Instant end = verdict.wakeAt().equals(Times.FOREVER) ? noonPlus(100_000) : verdict.wakeAt();
        Verdict before = MigrationDecision.decide(policy, levels, bounds, end.minusNanos(1));
        assertEquals(verdict.role(), before.role());
        assertEquals(verdict.why(), before.why());
        if (!verdict.wakeAt().equals(Times.FOREVER)) {
            assertNotEquals(
                    verdict.why(),
                    MigrationDecision.decide(policy, levels, bounds, end).why());
        }
    }

    /** Ten virtual minutes of a number of sessions that swings about the threshold, told every second. */
    @Property(tries = 300)
    void aThresholdCrossedToAndFroGivesOneMigrationAtMost(
            @ForAll long seed, @ForAll @IntRange(min = 10, max = 200) int threshold) {
        MigrationPolicy policy = new MigrationPolicy(
                threshold,
                Duration.ofSeconds(10),
                threshold / 3,
                Duration.ofSeconds(60),
                Set.of(),
                1,
                Duration.ofMinutes(1),
                OnHomebaseLost.KEEP);
        Random random = new Random(seed);
        Levels levels = Levels.unknown(NOON);
        Role wanted = Role.RELAY;
        Instant decidedAt = Times.NEVER;
        int changes = 0;
        int level = threshold;
        for (int second = 0; second < 600; second++) {
            Instant now = noonPlus(second);
            level = random.nextInt(12) == 0 ? (int) Math.round(threshold * (0.9 + 0.2 * random.nextDouble())) : level;
            levels = levels.told(level, policy, now);
            Verdict verdict = MigrationDecision.decide(policy, levels, Given.bounds(wanted, decidedAt), now);
            if (verdict.role() != wanted) {
                wanted = verdict.role();
                decidedAt = now;
                changes++;
            }
        }
        assertTrue(changes <= 1, changes + " migrations");
    }

    @Property
    void neverChangesTwiceWithinTheCooldownByItself(@ForAll long seed) {
        MigrationPolicy policy = Given.policy();
        Random random = new Random(seed);
        Levels levels = Levels.unknown(NOON);
        Role wanted = Role.RELAY;
        Instant decidedAt = Times.NEVER;
        for (int second = 0; second < 1200; second++) {
            Instant now = noonPlus(second);
            levels = random.nextInt(15) == 0 ? levels.told(random.nextInt(20), policy, now) : levels;
            Verdict verdict = MigrationDecision.decide(policy, levels, Given.bounds(wanted, decidedAt), now);
            if (verdict.role() != wanted) {
                assertFalse(now.isBefore(Times.later(decidedAt, policy.cooldown())), "after " + decidedAt);
                wanted = verdict.role();
                decidedAt = now;
            }
        }
    }
}
