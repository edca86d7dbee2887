package org.nearzero.itests.distribution;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Messages as {@code docs/bad-input.md} has them: word for word, with a name in angle brackets for what differs from run to
 * run. What
 * is told has to be that, and that has to stand there.
 */
final class Documented {
    private static final Path PAGE = Path.of("..", "docs", "bad-input.md");
    private static final Map<String, String> PLACES = Map.of(
            "<file>",
            "\\S+/app\\.yaml",
            "<port>",
            "\\d+",
            "<socket>",
            "/\\S+\\.sock",
            "<instance>",
            "bad\\.[a-z0-9]+",
            "<store>",
            "\\S+\\.mv");

    private Documented() {}

    /** Asserts that this was told, and that the page says so. */
    static void assertTold(String message, String told) throws IOException {
        assertTrue(Files.readString(PAGE).contains(message), PAGE + " does not have: " + message);
        assertMatches(message, told);
    }

    /** Asserts that this was told. */
    static void assertMatches(String message, String told) {
        String pattern = Pattern.quote(message);
        for (Map.Entry<String, String> place : PLACES.entrySet()) {
            pattern = pattern.replace(place.getKey(), "\\E" + place.getValue() + "\\Q");
        }
        assertTrue(told.matches(pattern), "expected: " + message + "\n but was: " + told);
    }
}
