package org.nearzero.itests.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.nearzero.store.internal.MvStore;

/**
 * All that a platform tells of itself, but for the time, and since when and until when something has been idle.
 *
 * @param told what the API answers, by path
 * @param kept the manifests that it keeps, by application
 */
record Snapshot(Map<String, String> told, Map<String, String> kept) {
    private static final Pattern UNDER_WAY = Pattern.compile("\"(inFlight|waiting)\" : [1-9]|\"state\" : \"STARTING\"");

    private static Snapshot of(Installation installation) throws IOException, InterruptedException {
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
        // A copy, because the file itself is the platform's; what the platform told last is on the disk.
        Path copy = Files.copy(
                installation.file("data/store/nearzero.mv"),
                installation.file("copy.mv"),
                StandardCopyOption.REPLACE_EXISTING);
        try (MvStore store = new MvStore(copy)) {
            store.read("manifests").forEach((app, text) -> kept.put(app, new String(text, StandardCharsets.UTF_8)));
        }
        return new Snapshot(told, kept);
    }

    /** Waits until nothing is under way: the last request's slot comes back a moment after its answer. */
    static Snapshot atRest(Installation installation) throws Exception {
        Snapshot snapshot = Await.until(() -> of(installation), Snapshot::isAtRest);
        assertTrue(snapshot.isAtRest(), snapshot::toString);
        return snapshot;
    }

    private boolean isAtRest() {
        return told.values().stream().noneMatch(UNDER_WAY.asPredicate());
    }

    /** Waits until all is as it was. */
    void assertUnchanged(Installation installation) throws Exception {
        assertEquals(this, Await.until(() -> of(installation), this::equals));
    }
}
