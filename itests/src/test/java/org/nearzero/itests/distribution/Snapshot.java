package org.nearzero.itests.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * All that a platform tells of itself, but for the time, and since when and until when something has been idle.
 *
 * @param told what the API answers, by path
 * @param kept the manifests that it keeps, by file name
 */
record Snapshot(Map<String, String> told, Map<String, String> kept) {
    static Snapshot of(Installation installation) throws IOException, InterruptedException {
        Map<String, String> told = new TreeMap<>();
        for (String path : List.of("/apps", "/app-instances", "/status")) {
            String answer = installation.api(path).body();
            told.put(
                    path,
                    answer.replaceAll("\"at\" : \"[^\"]*\"", "\"at\" : now")
                            .replaceAll("\"wakeAt\" : \"[^\"]*\"", "\"wakeAt\" : then")
                            .replaceAll("\"reason\" : \"\\d[^\"]*\"", "\"reason\" : idle"));
        }
        Map<String, String> kept = new TreeMap<>();
        try (Stream<Path> files = Files.list(installation.file("applications"))) {
            for (Path file : files.toList()) {
                kept.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return new Snapshot(told, kept);
    }

    /** Waits until all is as it was: the last request's slot comes back a moment after its answer. */
    void assertUnchanged(Installation installation) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!equals(of(installation)) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        assertEquals(this, of(installation));
    }
}
