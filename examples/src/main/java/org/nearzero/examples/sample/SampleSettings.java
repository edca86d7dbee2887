package org.nearzero.examples.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the sample reads from its environment.
 *
 * @param host {@code HOST}: the address to listen at; by default every address in a container and 127.0.0.1 elsewhere
 * @param port {@code PORT}: where to listen, 0 to 65535, 0 for any; 8080
 * @param instance {@code NEARZERO_INSTANCE_ID}, or {@code HOSTNAME}: the name it answers with
 * @param limit {@code LIMIT}: connections it carries at once; the one above is answered 500; 0: any number
 * @param startDelayMillis {@code START_DELAY_MS}: how long it takes to start, 0 to 600 000 ms; 0
 * @param failAtStart {@code FAIL_AT_START}: the code, 1 to 255, to exit with rather than to start; 0: it starts
 * @param stopDelayMillis {@code STOP_DELAY_MS}: how long it goes on after SIGTERM, 0 to 600 000 ms; 0
 */
record SampleSettings(
        String host, int port, String instance, int limit, int startDelayMillis, int failAtStart, int stopDelayMillis) {
    /** @throws IllegalArgumentException naming the variable, its value and what was expected */
    static SampleSettings from(Map<String, String> env) {
        return new SampleSettings(
                text(env, "HOST", inContainer() ? "0.0.0.0" : "127.0.0.1"),
                number(env, "PORT", 8080, 65_535),
                text(env, "NEARZERO_INSTANCE_ID", text(env, "HOSTNAME", "sample")),
                number(env, "LIMIT", 0, 1_000_000),
                number(env, "START_DELAY_MS", 0, 600_000),
                number(env, "FAIL_AT_START", 0, 255),
                number(env, "STOP_DELAY_MS", 0, 600_000));
    }

    private static boolean inContainer() {
        return Files.exists(Path.of("/.dockerenv")) || Files.exists(Path.of("/run/.containerenv"));
    }

    private static String text(Map<String, String> env, String name, String otherwise) {
        String value = env.getOrDefault(name, "");
        return value.isBlank() ? otherwise : value;
    }

    private static int number(Map<String, String> env, String name, int otherwise, int max) {
        String value = text(env, name, Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(value);
            if (number >= 0 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, as for one out of range
        }
        throw new IllegalArgumentException(name + ": " + value + " (expected: 0 to " + max + ")");
    }
}
