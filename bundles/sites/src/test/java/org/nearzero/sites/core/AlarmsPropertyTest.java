package org.nearzero.sites.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.nearzero.sites.core.Given.NOON;
import static org.nearzero.sites.core.Given.noonPlus;

import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class AlarmsPropertyTest {
    /** Beside a plain map that is searched from end to end. */
    @Property
    void goOffWhenTheyWereLastSetAndInOrder(@ForAll long seed) {
        Random random = new Random(seed);
        Alarms<String> alarms = new Alarms<>();
        Map<String, Instant> model = new TreeMap<>();
        int now = 0;
        for (int i = 0; i < 200; i++) {
            String who = "k" + random.nextInt(5);
            if (random.nextInt(4) == 0) {
                alarms.set(who, Times.FOREVER);
                model.remove(who);
            } else {
                Instant at = noonPlus(now + random.nextInt(20));
                alarms.set(who, at);
                model.put(who, at);
            }
            now += random.nextInt(3);
            assertEquals(
                    model.values().stream().min(Comparator.naturalOrder()).orElse(Times.FOREVER), alarms.earliest());
            if (random.nextBoolean()) {
                Optional<String> due = due(model, noonPlus(now));
                assertEquals(due, alarms.next(noonPlus(now)));
                due.ifPresent(model::remove);
            }
        }
        assertEquals(Optional.empty(), alarms.next(NOON.minusSeconds(1)));
    }

    private static Optional<String> due(Map<String, Instant> model, Instant now) {
        return model.entrySet().stream()
                .filter(entry -> !entry.getValue().isAfter(now))
                .min(Map.Entry.<String, Instant>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey);
    }
}
