package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nearzero.ingress.core.Together.Work;

class EventRingTest {
    private final EventRing<Integer> ring = new EventRing<>(8);

    private void add(int from, int to) {
        IntStream.range(from, to).forEach(ring::add);
    }

    private List<Integer> drain(int max, long expectedLost) {
        List<Integer> into = new ArrayList<>();
        assertEquals(expectedLost, ring.drain(into, max));
        return into;
    }

    @Test
    void givesBackWhatWasAddedInOrder() {
        add(0, 5);
        assertFalse(ring.isEmpty());
        assertEquals(List.of(0, 1, 2), drain(3, 0));
        assertEquals(List.of(3, 4), drain(9, 0));
        assertTrue(ring.isEmpty());
        assertEquals(List.of(), drain(9, 0));
    }

    @Test
    void losesTheOldestAndSaysHowMany() {
        add(0, 8);
        assertEquals(List.of(0), drain(1, 0));
        add(8, 20);
        assertEquals(List.of(12, 13, 14), drain(3, 11));
        assertEquals(List.of(15, 16, 17, 18, 19), drain(9, 0));
    }

    @Test
    void whatIsLostIsToldWithWhatComesNextAndNotBefore() {
        add(0, 20);
        assertEquals(List.of(), drain(0, 0));
        assertEquals(8, drain(9, 12).size());
    }

    @Test
    void aListThatHoldsSomethingAlreadyIsFilledAsWell() {
        List<Integer> into = new ArrayList<>(List.of(-1));
        add(0, 10);
        assertEquals(2, ring.drain(into, 2));
        assertEquals(List.of(-1, 2, 3), into);
    }

    @Test
    void itsSizeIsAPowerOfTwo() {
        assertThrows(IllegalArgumentException.class, () -> new EventRing<>(12));
        assertThrows(IllegalArgumentException.class, () -> new EventRing<>(0));
    }

    @Test
    void eachEntryIsEitherReadOnceOrCountedAsLostWhateverTheWritersDo() {
        int writers = 3;
        int turns = 60_000;
        int ahead = 20; // more than the ring holds: some are lost even if the reader keeps up from there on
        add(0, ahead);
        AtomicInteger writing = new AtomicInteger(writers);
        Work[] works = new Work[writers + 1];
        for (int w = 0; w < writers; w++) {
            int first = w * turns;
            works[w] = turn -> {
                if (first + turn >= ahead) {
                    ring.add(first + turn);
                }
                if (turn == turns - 1) {
                    writing.decrementAndGet();
                }
            };
        }
        int[] next = new int[writers];
        long[] counts = new long[2]; // read, lost
        works[writers] = turn -> {
            do {
                List<Integer> batch = new ArrayList<>();
                long lost = ring.drain(batch, 5);
                assertTrue(lost == 0 || !batch.isEmpty(), "lost entries lie before what is read");
                counts[0] += batch.size();
                counts[1] += lost;
                for (int entry : batch) {
                    int writer = entry / turns;
                    assertTrue(entry % turns >= next[writer], "in the order in which each wrote");
                    next[writer] = entry % turns + 1;
                }
            } while (turn == turns - 1 && !(writing.get() == 0 && ring.isEmpty()));
        };
        Together.run(turns, works);
        assertEquals((long) writers * turns, counts[0] + counts[1]);
        assertTrue(counts[0] > 0 && counts[1] > 0, "the test tests something");
    }

    @Test
    void anOldEntryNeverTakesThePlaceOfAYoungerOne() {
        EventRing<String> one = new EventRing<>(1);
        List<String> into = new ArrayList<>();
        Together.runInRounds(
                30_000,
                () -> {},
                () -> {
                    assertEquals(1, one.drain(into, 9));
                    assertEquals(1, into.size());
                    assertTrue(one.isEmpty());
                    into.clear();
                },
                () -> one.add("a"),
                () -> one.add("b"));
    }
}
