package org.nearzero.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class BenchTest {
    private final PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());

    @Test
    void refusesANameThatItDoesNotKnow() {
        assertEquals(2, Bench.run(new String[] {"faster"}, nowhere));
        assertEquals(2, Bench.run(new String[0], nowhere));
    }

    @Test
    void refusesOptionsThatItDoesNotKnow() {
        assertEquals(2, Bench.run(new String[] {"burst", "--fast"}, nowhere));
        assertEquals(2, Bench.run(new String[] {"relay", "--fast"}, nowhere));
        assertEquals(2, Bench.run(new String[] {"migrations", "--fast", "1"}, nowhere));
        assertEquals(2, Bench.run(new String[] {"migrations", "--delay"}, nowhere));
        assertEquals(2, Bench.run(new String[] {"migrations", "--loss", "1"}, nowhere));
    }

    @Test
    void theMedianIsTheValueInTheMiddle() {
        Samples samples = new Samples();
        for (int i = 1; i <= 101; i++) {
            samples.add(i * 1_000_000L);
        }

        assertEquals(51, samples.millisAt(0.5));
        assertEquals(101, samples.millisAt(1));
        assertEquals(0, new Samples().millisAt(0.5));
    }
}
