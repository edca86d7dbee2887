package org.nearzero.itests.architecture.wrong.policy.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a file in pure code. */
public final class ReadsAFile {
    public String read() throws IOException {
        return Files.readString(Path.of("x"));
    }
}
