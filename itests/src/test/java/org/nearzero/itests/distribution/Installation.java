package org.nearzero.itests.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The unpacked distribution with a base directory of its own, driven by its script as a user drives it. */
final class Installation {
    private static final long COMMAND_DEADLINE_SECONDS = 180;

    private final Path script;
    private final Path base;
    private final Map<String, String> environment = new HashMap<>();

    /**
     * What a command came to.
     *
     * @param exit its exit code
     * @param output standard output and error together
     */
    record Outcome(int exit, String output) {}

    /** @param base an empty directory; gets a copy of the shipped configuration */
    Installation(Path base) throws IOException {
        Path home = unpacked();
        this.script = home.resolve("bin/nearzero");
        this.base = base;
        Files.createDirectories(base.resolve("conf"));
        for (Path file : children(home.resolve("conf"))) {
            Files.copy(file, base.resolve("conf").resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        environment.put("NEARZERO_BASE", base.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("NEARZERO_START_WAIT", "120");
    }

    /** Sets a variable of the script's environment. */
    Installation with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Replaces the configuration of the platform. */
    Installation configured(String json) throws IOException {
        Files.writeString(base.resolve("conf/nearzero.json"), json);
        return this;
    }

    /** Runs a command of the script. */
    Outcome run(String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile(base, "command", ".out");
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(script.toString()), Stream.of(arguments))
                .toList());
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(COMMAND_DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(List.of(arguments) + " did not end; so far: " + Files.readString(output));
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }

    /** A file below the base directory. */
    Path file(String name) {
        return base.resolve(name);
    }

    private static Path unpacked() throws IOException {
        Path place = Path.of("target", "distribution").toAbsolutePath();
        return children(place).stream()
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(place + " is empty: run the build of this module"));
    }

    private static List<Path> children(Path directory) {
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": run the build of this module", e);
        }
    }
}
