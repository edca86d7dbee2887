package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private final Deadlines deadlines = new Deadlines(10);
    private final List<String> due = new ArrayList<>();

    private final class Entry extends Deadlines.Entry {
        private final String name;
        private final Runnable then;

        Entry(String name, Runnable then) {
            this.name = name;
            this.then = then;
        }

        @Override
        protected void due(long now) {
            due.add(name + now);
            then.run();
        }
    }

    private Entry entry(String name) {
        return new Entry(name, () -> {});
    }

    @Test
    void fallDueInTheOrderInWhichTheyWereSet() {
        assertTrue(deadlines.set(entry("a"), 0));
        assertFalse(deadlines.set(entry("b"), 1));
        deadlines.set(entry("c"), 5);
        assertEquals(1, deadlines.fire(9));
        assertEquals(4, deadlines.fire(11));
        assertEquals(List.of("a11", "b11"), due);
        assertEquals(-1, deadlines.fire(15));
        assertEquals(-1, deadlines.fire(99));
        assertEquals(List.of("a11", "b11", "c15"), due);
    }

    @Test
    void oneThatIsClearedNeverFallsDueWhereverItStands() {
        List<Entry> all = List.of(entry("a"), entry("b"), entry("c"), entry("d"));
        all.forEach(entry -> deadlines.set(entry, 0));
        all.get(1).clear();
        all.get(0).clear();
        all.get(3).clear();
        all.get(3).clear();
        assertEquals(-1, deadlines.fire(10));
        assertEquals(List.of("c10"), due);
    }

    @Test
    void oneThatIsSetAgainStartsAnew() {
        Entry again = entry("a");
        deadlines.set(again, 0);
        deadlines.set(entry("b"), 2);
        assertFalse(deadlines.set(again, 4));
        assertEquals(2, deadlines.fire(12));
        assertEquals(-1, deadlines.fire(14));
        assertEquals(List.of("b12", "a14"), due);
    }

    @Test
    void oneMayBeSetInAnotherListWhichTakesItOutOfTheFirst() {
        Entry entry = entry("a");
        deadlines.set(entry, 0);
        Deadlines longer = new Deadlines(100);
        longer.set(entry, 0);
        assertEquals(-1, deadlines.fire(50));
        assertEquals(50, longer.fire(50));
        assertEquals(List.of(), due);
    }

    @Test
    void oneThatIsDueMaySetItselfAndClearOthers() {
        Entry victim = entry("b");
        Entry[] self = new Entry[1];
        self[0] = new Entry("a", () -> {
            victim.clear();
            deadlines.set(self[0], 10);
        });
        deadlines.set(self[0], 0);
        deadlines.set(victim, 0);
        assertEquals(10, deadlines.fire(10));
        assertEquals(List.of("a10"), due);
    }

    @Test
    void theClockMayPassItsHighestNumber() {
        deadlines.set(entry("a"), Long.MAX_VALUE - 5);
        assertEquals(6, deadlines.fire(Long.MAX_VALUE - 1));
        assertEquals(-1, deadlines.fire(Long.MIN_VALUE + 4));
        assertEquals(1, due.size());
    }
}
