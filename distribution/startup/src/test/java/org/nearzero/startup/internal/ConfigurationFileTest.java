package org.nearzero.startup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFileTest {
    @TempDir
    Path directory;

    private String problem(String content) throws IOException {
        return ConfigurationFile.problem(Files.writeString(directory.resolve("nearzero.json"), content));
    }

    @Test
    void tellsTheLineOfAMistakeAndCountsCommentsAsLines() throws IOException {
        String told = problem("{\n  // a comment\n  \"a\": 1,\n}\n");
        assertTrue(told.startsWith(directory.resolve("nearzero.json") + ": no JSON: "), told);
        assertTrue(told.contains("line no=4"), told);
    }

    @Test
    void tellsThatAFileIsNotThere() {
        Path absent = directory.resolve("absent.json");
        assertEquals(
                absent + ": cannot be read: java.nio.file.NoSuchFileException: " + absent,
                ConfigurationFile.problem(absent));
    }

    @Test
    void tellsThatAGoodFileSaysNothingOfStarting() throws IOException {
        String told = problem("{}");
        assertTrue(told.contains("has no org.nearzero.startup"), told);
    }
}
