package org.nearzero.startup.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameworkPropertiesTest {
    @TempDir
    Path directory;

    @Test
    void putsVariablesInEvenWithCharactersThatMeanSomethingToARegularExpression() throws IOException {
        Path file = file("storage=${nearzero.base}/run/${nearzero.base}\n# a comment\nplain=1\n");
        assertEquals(
                Map.of("storage", "/a $1\\b/run//a $1\\b", "plain", "1"),
                FrameworkProperties.read(file, Map.of("nearzero.base", "/a $1\\b")));
    }

    @Test
    void refusesAnUnknownVariableAndSaysWhereAndWhichThereAre() throws IOException {
        Path file = file("storage=${nearzero.bse}/run\n");
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> FrameworkProperties.read(file, Map.of("nearzero.base", "/a")));
        assertEquals(file + ": storage: ${nearzero.bse} (expected one of: [nearzero.base])", refused.getMessage());
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("framework.properties"), content);
    }
}
