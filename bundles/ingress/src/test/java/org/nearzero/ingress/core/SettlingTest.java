package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SettlingTest {
    @Test
    void lastsFromTheBeginningToJustBeforeItsEnd() {
        Settling settling = new Settling(1_000, 50);
        assertTrue(settling.at(1_000));
        assertTrue(settling.at(1_049));
        assertFalse(settling.at(1_050));
    }

    @Test
    void ofNoTimeIsOverAtOnce() {
        assertFalse(new Settling(1_000, 0).at(1_000));
    }

    @Test
    void isRightWhenTheCountOfNanosecondsTurnsNegative() {
        Settling settling = new Settling(Long.MAX_VALUE - 10, 50);
        assertTrue(settling.at(Long.MIN_VALUE));
        assertFalse(settling.at(Long.MIN_VALUE + 40));
    }
}
