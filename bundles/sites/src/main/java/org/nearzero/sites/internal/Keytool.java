package org.nearzero.sites.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The Java runtime's own tool for keys and certificates, as a child process: the JDK has no API that makes certificates. It reads
 * the password of a key store from a file, so that no list of processes shows it.
 */
final class Keytool {
    private static final int SECONDS = 60;

    private final Path program;

    Keytool() {
        this(Path.of(System.getProperty("java.home"), "bin", "keytool"));
    }

    Keytool(Path program) {
        this.program = program;
    }

    /**
     * Runs it with a key store.
     *
     * @throws IOException with what the tool says
     */
    void run(KeyStoreFile store, String command, String... arguments) throws IOException {
        if (!Files.isExecutable(program)) {
            throw new IOException(program + ": not there (expected: keytool, which every Java runtime has in bin/; run"
                    + " Nearzero on a complete one)");
        }
        List<String> line = new ArrayList<>(List.of(program.toString(), command));
        line.addAll(List.of("-keystore", store.file().toString()));
        line.addAll(List.of(
                "-storetype", "PKCS12", "-storepass:file", store.password().toString()));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        process.getOutputStream().close();
        // It says a few lines at most, far less than a pipe holds.
        boolean ended = waitFor(process);
        String said = ended ? new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip() : "";
        if (!ended || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("keytool " + command + " " + store.file() + ": "
                    + (ended ? said : "no end after " + SECONDS + " s"));
        }
    }

    private static boolean waitFor(Process process) throws IOException {
        try {
            return process.waitFor(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("keytool: interrupted", e);
        }
    }
}
