package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BellTest {
    private final Bell bell = new Bell();

    @BeforeEach
    void threeToAnInstance() {
        bell.limit(3);
    }

    private boolean read(int connections) {
        bell.arm();
        return bell.heard(connections, () -> connections);
    }

    @Test
    void ringsOnceBetweenTwoReadings() {
        assertTrue(bell.waits());
        assertFalse(bell.waits());
        assertFalse(bell.emptied());
        assertFalse(read(4));
        assertTrue(bell.emptied());
        assertFalse(bell.fallenTo(0));
    }

    @Test
    void ringsWhenTheLevelNeedsFewerInstances() {
        assertFalse(read(7));
        assertFalse(bell.fallenTo(7));
        assertTrue(bell.fallenTo(6));
        assertFalse(read(6));
        assertFalse(bell.fallenTo(4));
        assertTrue(bell.fallenTo(3));
    }

    @Test
    void nothingIsLessThanNobody() {
        assertFalse(read(0));
        assertFalse(bell.fallenTo(0));
        assertTrue(bell.waits());
    }

    @Test
    void whatFallsWhileItIsReadIsToldToTheReader() {
        bell.arm();
        assertFalse(bell.fallenTo(3), "no bound yet");
        assertTrue(bell.heard(4, () -> 3));
        assertFalse(bell.fallenTo(2), "told");
    }

    @Test
    void theLevelIsAskedOnceTheBoundIsSetSoThatOneOfTheTwoSeesAFall() {
        bell.arm();
        boolean[] told = new boolean[1];
        assertFalse(bell.heard(4, () -> {
            told[0] = bell.fallenTo(3);
            return 4;
        }));
        assertTrue(told[0]);
    }

    @Test
    void aBillionConnectionsOverflowNothing() {
        bell.limit(2);
        assertFalse(read(Integer.MAX_VALUE));
        assertTrue(bell.fallenTo(Integer.MAX_VALUE - 1));
    }
}
