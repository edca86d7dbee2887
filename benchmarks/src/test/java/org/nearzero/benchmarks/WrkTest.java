package org.nearzero.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class WrkTest {
    @Test
    void readsWhatTheScriptTells() throws IOException {
        Wrk.Load load = Wrk.Load.of("Running 1s test\n  4 threads\ntold 1200 3 250 1800\n");

        assertEquals(new Wrk.Load(1200, 3, 250, 1800), load);
    }

    @Test
    void saysWhatWrkSaidInsteadOfFigures() {
        IOException refused =
                assertThrows(IOException.class, () -> Wrk.Load.of("unable to connect to 127.0.0.1:1 refused"));

        assertTrue(refused.getMessage().contains("unable to connect"), refused.getMessage());
    }
}
