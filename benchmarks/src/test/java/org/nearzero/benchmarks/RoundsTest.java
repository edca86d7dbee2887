package org.nearzero.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private final Rounds rounds = new Rounds();

    @Test
    void comparesWithinARound() {
        // In the second round the machine was busy with something else.
        List.of(10.0, 1_000.0, 12.0).forEach(value -> rounds.add("direct", value));
        List.of(15.0, 1_006.0, 19.0).forEach(value -> rounds.add("relay", value));

        assertEquals(12, rounds.median("direct"));
        assertEquals(19, rounds.median("relay"));
        assertEquals(6, rounds.medianOver("relay", "direct"), "5, 6 and 7, not 19 less 12");
    }

    @Test
    void isCompleteWhenEachValueWasMeasuredInEachRound() {
        rounds.add("direct", 1);
        rounds.add("relay", 1);
        assertTrue(rounds.complete(1));

        rounds.add("relay", 1);
        assertFalse(rounds.complete(1));
        assertFalse(rounds.complete(2));
    }

    @Test
    void forgetsTheRoundsThatWereToWarmUp() {
        rounds.add("relay", 100);
        rounds.clear();
        rounds.add("relay", 1);

        assertEquals(1, rounds.median("relay"));
        assertTrue(rounds.complete(1));
    }

    @Test
    void knowsNothingOfWhatWasNotMeasured() {
        assertTrue(Double.isNaN(rounds.median("relay")));
        assertTrue(Double.isNaN(rounds.medianOver("relay", "direct")));
    }
}
