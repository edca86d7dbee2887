package org.nearzero.itests.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;

/** The sample application as an image on the engine. */
final class SampleImage {
    static final String NAME = "nearzero/sample:1";

    private SampleImage() {}

    /** Builds the image unless it is there. Without an engine the test fails, and says what to do. */
    static void build() throws IOException, InterruptedException {
        Process build =
                new ProcessBuilder("../scripts/sample-image").inheritIO().start();
        assertEquals(0, build.waitFor(), "scripts/sample-image failed (scripts/engine starts an engine)");
    }
}
