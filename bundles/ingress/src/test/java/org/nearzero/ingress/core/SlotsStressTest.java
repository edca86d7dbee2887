package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.nearzero.ingress.core.Together.Work;

/** Slots under many threads. */
class SlotsStressTest {
    private static final int LIMIT = 3;

    @Test
    void noMoreThanTheLimitAreTakenAtOnceWhateverTheThreadsDo() {
        Slots slots = new Slots(LIMIT);
        AtomicInteger counted = new AtomicInteger();
        AtomicInteger highest = new AtomicInteger();
        Work takeAndGiveBack = turn -> {
            if (slots.tryAcquire()) {
                highest.accumulateAndGet(counted.incrementAndGet(), Math::max);
                counted.decrementAndGet();
                slots.release();
            }
        };
        Together.run(
                50_000,
                takeAndGiveBack,
                takeAndGiveBack,
                takeAndGiveBack,
                takeAndGiveBack,
                turn -> slots.configure(LIMIT, turn % 8 == 0));
        assertTrue(highest.get() <= LIMIT, "taken at once: " + highest);
        assertEquals(0, slots.taken());
    }

    @Test
    void eitherASlotIsTakenOrTheInstanceCloses() {
        Slots[] each = new Slots[20_000];
        Arrays.setAll(each, n -> new Slots(1));
        boolean[] taken = new boolean[each.length];
        boolean[] closed = new boolean[each.length];
        Together.run(
                each.length, turn -> taken[turn] = each[turn].tryAcquire(), turn -> closed[turn] = each[turn].close());
        for (int n = 0; n < each.length; n++) {
            assertNotEquals(taken[n], closed[n], "slots " + n);
        }
    }
}
