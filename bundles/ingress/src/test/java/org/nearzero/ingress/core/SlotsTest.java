package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SlotsTest {
    private final Slots slots = new Slots(2);

    @Test
    void giveOutAsManyAsThereAreAndNoMore() {
        assertTrue(slots.tryAcquire());
        assertTrue(slots.tryAcquire());
        assertFalse(slots.tryAcquire());
        assertEquals(2, slots.taken());
        slots.release();
        assertTrue(slots.tryAcquire());
    }

    @Test
    void closeOnlyWhileNoneIsTakenAndForGood() {
        slots.tryAcquire();
        assertFalse(slots.close());
        assertTrue(slots.tryAcquire());
        slots.release();
        slots.release();
        assertTrue(slots.close());
        assertTrue(slots.close());
        slots.configure(5, false);
        assertTrue(slots.isClosed());
        assertFalse(slots.tryAcquire());
        assertFalse(slots.hasRoom());
    }

    @Test
    void whileDrainingNoneIsGivenOutAndTheLastOneBackIsTold() {
        slots.tryAcquire();
        slots.tryAcquire();
        slots.configure(2, true);
        assertFalse(slots.release());
        assertFalse(slots.tryAcquire());
        assertTrue(slots.release());
        assertFalse(slots.tryAcquire());
        slots.configure(2, false);
        assertTrue(slots.tryAcquire());
        assertFalse(slots.release());
    }

    @Test
    void aLimitBelowWhatIsTakenTakesNothingAwayAndGivesNothingOut() {
        slots.tryAcquire();
        slots.tryAcquire();
        slots.configure(1, false);
        assertEquals(2, slots.taken());
        slots.release();
        assertFalse(slots.tryAcquire());
        slots.release();
        assertTrue(slots.tryAcquire());
        assertFalse(slots.tryAcquire());
    }

    @Test
    void thatWereNotTakenCannotBeGivenBack() {
        slots.tryAcquire();
        slots.release();
        assertThrows(IllegalStateException.class, slots::release);
        assertEquals(0, slots.taken());
    }

    @Test
    void anyLimitFromOneOnIsTaken() {
        assertThrows(IllegalArgumentException.class, () -> new Slots(0));
        assertThrows(IllegalArgumentException.class, () -> slots.configure(-1, false));
        assertEquals(2, slots.limit());
        slots.configure(Integer.MAX_VALUE, false);
        assertTrue(slots.tryAcquire());
        assertEquals(1, slots.taken());
        assertTrue(slots.limit() >= 1_000_000_000);
        assertFalse(slots.isClosed());
    }
}
