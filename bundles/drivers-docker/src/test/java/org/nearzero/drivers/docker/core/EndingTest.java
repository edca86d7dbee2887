package org.nearzero.drivers.docker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class EndingTest {
    @Test
    void givesExitCodeAndLastOutput() {
        assertEquals(
                "exit code 3; look at its last output: reading | no config",
                new Ending(3, false, 0, "", List.of("reading", "no config")).detail());
    }

    @Test
    void saysWhatToDoAboutOneThatWroteNothing() {
        assertEquals(
                "exit code 1; it wrote nothing: run its image by hand (`docker run`) to see why",
                new Ending(1, false, 0, "", List.of()).detail());
        assertEquals(
                "exit code 127 (command not found), no such file",
                new Ending(127, false, 0, "no such file", List.of()).detail());
    }

    @Test
    void namesTheMemoryLimitAsTheCause() {
        String detail = new Ending(137, true, 8 << 20, "", List.of()).detail();
        assertTrue(detail.startsWith("out of memory: killed at its limit of 8 MiB"), detail);
        assertTrue(detail.endsWith("exit code 137 (SIGKILL)"), detail);
    }

    @Test
    void keepsTheEndOfLongOutput() {
        String detail = new Ending(1, false, 0, "", List.of("x".repeat(5_000) + "the end")).detail();
        assertTrue(detail.length() < 1_100 && detail.endsWith("the end"), detail);
    }
}
