package org.nearzero.api.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.nearzero.api.model.AppId;

class DemandPropertyTest {
    private static final AppId APP = new AppId("shop");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** Reads a level each second, and asks what is remembered of the last {@code window} seconds. */
    @Property
    void theFirstRememberedPeakIsTheHighestLevelOfTheWindow(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 0, max = 50) Integer> levels,
            @ForAll @IntRange(min = 0, max = 30) int window) {
        Demand remembered = Demand.none(APP);
        for (int second = 0; second < levels.size(); second++) {
            remembered = read(levels.get(second), second).remembering(remembered, START.plusSeconds(second - window));
        }
        int last = levels.size() - 1;
        int highest = levels.subList(Math.max(0, last - window), levels.size()).stream()
                .mapToInt(Integer::intValue)
                .max()
                .orElseThrow();
        assertEquals(highest, remembered.recent().get(0).connections());
    }

    @Property
    void levelsFallAndTimesRise(@ForAll @Size(min = 1, max = 200) List<@IntRange(min = 0, max = 1000) Integer> levels) {
        Demand remembered = Demand.none(APP);
        for (int second = 0; second < levels.size(); second++) {
            remembered = read(levels.get(second), second).remembering(remembered, START);
        }
        List<Peak> recent = remembered.recent();
        for (int i = 1; i < recent.size(); i++) {
            assertTrue(recent.get(i).connections() < recent.get(i - 1).connections(), recent::toString);
            assertTrue(recent.get(i).until().isAfter(recent.get(i - 1).until()), recent::toString);
        }
    }

    @Property
    void mergingBoundsTheMemoryAndNeverForgetsAHigherLevelEarly(@ForAll @IntRange(min = 65, max = 300) int count) {
        Demand remembered = Demand.none(APP);
        for (int second = 0; second < count; second++) {
            remembered = read(1000 - second, second).remembering(remembered, START);
        }
        assertTrue(remembered.recent().size() <= 64, () -> "remembers more than 64 peaks");
        for (int second = 0; second < count; second++) {
            int level = 1000 - second;
            Instant when = START.plusSeconds(second);
            boolean covered = remembered.recent().stream()
                    .anyMatch(
                            peak -> peak.connections() >= level && !peak.until().isBefore(when));
            assertTrue(covered, () -> level + " connections at " + when + " is not covered");
        }
    }

    private static Demand read(int level, int second) {
        List<Peak> peak = new ArrayList<>(List.of(new Peak(level, START.plusSeconds(second))));
        return new Demand(APP, level, 0, 0, 0, 0, Map.of(), peak);
    }
}
