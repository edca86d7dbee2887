package org.nearzero.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A simulation is worth what it finds: bugs of the kinds that systems like this one have, put in on purpose. */
class PlantedBugsTest {
    private static final String SITES = "bundles/sites/src/main/java/org/nearzero/sites/core/";
    private static final String ORCHESTRATOR = "bundles/orchestrator/src/main/java/org/nearzero/orchestrator/core/";
    private static final int SEEDS = 200;

    @TempDir
    private Path directory;

    private void isFound(String source, String right, String wrong) throws IOException {
        var found = new Mutant(source, right, wrong, directory).found(SEEDS);
        assertTrue(found.isPresent(), "not found in " + SEEDS + " seeds: " + wrong);
        System.out.println(found.get().lines().limit(2).toList());
    }

    @Test
    void aFenceDropped() throws IOException {
        isFound(SITES + "Part.java", "since <= known && revision > known", "since <= known");
    }

    @Test
    void aRouteOpenedBeforeTheInstanceIsReady() throws IOException {
        isFound(
                ORCHESTRATOR + "Projection.java",
                "if (instance.phase() == Phase.READY) {",
                "if (instance.live() && instance.value().endpoint().isPresent()) {");
    }

    @Test
    void aReportCountedTwice() throws IOException {
        isFound(SITES + "ShareStep.java", "told(report.sessions()", "told(2 * report.sessions()");
    }
}
