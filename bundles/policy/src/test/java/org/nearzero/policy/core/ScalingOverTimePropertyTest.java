package org.nearzero.policy.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.policy.core.Given.NOON;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Peak;
import org.nearzero.api.model.AppInstance;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;

/** The laws over a stretch of time: a small site that carries out each decision, in virtual time, woken only when asked. */
class ScalingOverTimePropertyTest {
    private static final int LIMIT = 10;
    private static final int DELAY = 30;
    private static final int WINDOW = 10;
    private static final ScalingPolicy SCALING = Given.scaling(LIMIT, 0, 50, DELAY, WINDOW);

    /** Carries out what is decided at once; its instances become ready after {@code boot}. */
    private static final class Site {
        private final Policies policies;
        private final Duration boot;
        private final List<AppInstance> instances = new ArrayList<>();
        private Instant now = NOON;
        private Demand demand = Demand.none(Given.SHOP);
        private Desired last;
        private int started;
        private int stopped;
        private int decisions;

        Site(ScalingPolicy scaling, Duration boot) {
            this.policies = Given.policies(scaling);
            this.boot = boot;
        }

        /** Demand becomes this, as an ingress tells it: the level until now is the peak since the last reading. */
        void demand(int connections) {
            Peak before = new Peak(demand.connections(), now);
            Demand told = Given.demand(0, connections, before);
            demand = told.remembering(demand, now.minus(policies.scaling().scaleInDelay()));
            decide();
        }

        /** Time passes; the site wakes only when the last decision asked for it. */
        void pass(Duration time) {
            Instant end = now.plus(time);
            while (last != null && last.wakeAt().filter(at -> !at.isAfter(end)).isPresent()) {
                Instant wakeAt = last.wakeAt().get();
                assertTrue(wakeAt.isAfter(now), "wakes at once, again and again");
                now = wakeAt;
                decide();
            }
            now = end;
        }

        void decide() {
            decisions++;
            instances.replaceAll(
                    i -> i.createdAt().plus(boot).isAfter(now) ? i : i.with(AppInstanceStatus.READY, now, ""));
            last = Decision.decide(policies, demand, new Observed(instances), now);
            while (instances.size() < last.instances()) {
                instances.add(Given.instance(started++, AppInstanceStatus.INSTANTIATING, now));
            }
            while (instances.size() > last.instances()) {
                instances.remove(0);
                stopped++;
            }
        }
    }

    /** The law by another road: from the whole history; of the past it keeps only what runs and when it last grew. */
    private static final class Model {
        private final List<Instant> changes = new ArrayList<>();
        private final List<Integer> levels = new ArrayList<>();
        private final int delay;
        private final int window;
        private int runs;
        private Instant grew = NOON.minus(Duration.ofDays(1));

        Model(int delay, int window) {
            this.delay = delay;
            this.window = window;
        }

        void demand(int level, Instant now) {
            changes.add(now);
            levels.add(level);
        }

        int runsAt(Instant now) {
            int last = levels.size() - 1;
            int highest = levels.get(last);
            for (int i = 0; i < last; i++) {
                boolean stoodWithinTheDelay = changes.get(i + 1).isAfter(now.minusSeconds(delay));
                highest = stoodWithinTheDelay ? Math.max(highest, levels.get(i)) : highest;
            }
            if (needs(levels.get(last)) > runs) {
                runs = needs(levels.get(last));
                grew = now;
            } else if (!grew.plusSeconds(window).isAfter(now)) {
                runs = Math.min(runs, needs(highest));
            }
            return runs;
        }

        private static int needs(int connections) {
            return (connections + LIMIT - 1) / LIMIT;
        }
    }

    @Property
    void aSlowBootNeverStartsTooMany(
            @ForAll @Size(min = 1, max = 30) List<@IntRange(max = 300) Integer> levels,
            @ForAll @IntRange(max = 9) int gap) {
        Site site = new Site(SCALING, Duration.ofHours(1));
        int highest = 0;
        for (int level : levels) {
            highest = Math.max(highest, level);
            site.demand(level);
            assertTrue(site.instances.size() >= (level + LIMIT - 1) / LIMIT);
            site.pass(Duration.ofSeconds(gap));
            // The gap is shorter than the window, so nothing that is starting is ever exchanged for another.
            if (levels.size() * gap < DELAY) {
                assertEquals((highest + LIMIT - 1) / LIMIT, site.started);
            }
        }
    }

    @Property
    void givesUpExactlyWhenTheDelayAndTheWindowAreOver(
            @ForAll @Size(min = 1, max = 30) List<@IntRange(max = 100) Integer> levels,
            @ForAll @Size(value = 30) List<@IntRange(max = 50) Integer> gaps,
            @ForAll @IntRange(max = 40) int delay,
            @ForAll @IntRange(max = 40) int window) {
        Site site = new Site(Given.scaling(LIMIT, 0, 50, delay, window), Duration.ZERO);
        Model model = new Model(delay, window);
        for (int i = 0; i < levels.size(); i++) {
            model.demand(levels.get(i), site.now);
            site.demand(levels.get(i));
            assertEquals(model.runsAt(site.now), site.instances.size());
            for (int second = 0; second < gaps.get(i); second++) {
                site.pass(Duration.ofSeconds(1));
                assertEquals(model.runsAt(site.now), site.instances.size());
            }
        }
    }

    @Property
    void demandThatFluttersAroundAThresholdStartsNothingTwice(
            @ForAll @IntRange(min = 1, max = 20) int instances,
            @ForAll @Size(min = 10, max = 60) List<@IntRange(min = 0, max = 29) Integer> gaps) {
        Site site = new Site(SCALING, Duration.ofSeconds(2));
        for (int i = 0; i < gaps.size(); i++) {
            site.demand(instances * LIMIT + (i % 2 == 0 ? 1 : 0));
            site.pass(Duration.ofSeconds(gaps.get(i)));
        }
        assertEquals(instances + 1, site.started);
        assertEquals(0, site.stopped);
    }

    @Property
    void goesToZeroByItselfAndSleepsThere(@ForAll @IntRange(min = 1, max = 500) int connections) {
        Site site = new Site(SCALING, Duration.ofSeconds(1));
        site.demand(connections);
        site.pass(Duration.ofSeconds(100));
        site.demand(0);
        int before = site.decisions;
        site.pass(Duration.ofDays(30));

        assertEquals(0, site.instances.size());
        assertEquals(1, site.decisions - before, "decisions in 30 days of nobody");
    }
}
