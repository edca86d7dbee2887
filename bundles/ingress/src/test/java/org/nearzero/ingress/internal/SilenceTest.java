package org.nearzero.ingress.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SilenceTest {
    private final Silence silence = new Silence();
    private final long asked = System.nanoTime() + 1;

    @Test
    void whoeverComesMayTryAsLongAsItIsNotSilent() {
        assertNull(silence.refusal());
        assertNull(silence.refusal());
    }

    @Test
    void whileItIsSilentOneAtATimeTriesIt() {
        assertTrue(silence.begin("cut", asked));
        assertNull(silence.refusal());
        assertEquals("cut", silence.refusal());
        silence.begin("still cut", asked);
        assertNull(silence.refusal());
        assertEquals("still cut", silence.refusal());
    }

    @Test
    void ifWhoeverTriedItLeavesAnotherMay() {
        silence.begin("cut", asked);
        silence.refusal();
        silence.untried();
        assertNull(silence.refusal());
    }

    @Test
    void itIsNoSilenceIfSomebodyElseWasAnsweredMeanwhile() {
        silence.end(asked + 1);
        assertFalse(silence.begin("lost on the way", asked));
        assertNull(silence.refusal());
        assertNull(silence.refusal());
    }

    @Test
    void onceItAnswersAllMayTryAgain() {
        silence.begin("cut", asked);
        silence.end(asked + 1);
        assertNull(silence.refusal());
        assertNull(silence.refusal());
    }
}
