package org.nearzero.itests.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A Docker engine beside the machine's own, as another site has one: with its own images, its own bridge, and no rules in the machine's
 * firewall. Takes root, as any engine does.
 */
final class SecondEngine implements AutoCloseable {
    private static final String BRIDGE = "nearzero1";
    private static final String NETWORK = "172.29.77.1/24";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    // A short path: a socket's may have no more than 107 characters.
    private final Path room = Files.createTempDirectory(Path.of("/tmp"), "nzse");
    private final Process dockerd;

    SecondEngine() throws Exception {
        quietly("/bin/busybox", "ip", "link", "del", BRIDGE); // of a run that was killed
        run("/bin/busybox", "ip", "link", "add", BRIDGE, "type", "bridge");
        run("/bin/busybox", "ip", "addr", "add", NETWORK, "dev", BRIDGE);
        run("/bin/busybox", "ip", "link", "set", BRIDGE, "up");
        // Mounts in a namespace of its own, so that none outlives it; unshare becomes dockerd by exec.
        dockerd = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "dockerd",
                        "--host",
                        host(),
                        "--data-root",
                        room.resolve("data").toString(),
                        "--exec-root",
                        room.resolve("exec").toString(),
                        "--pidfile",
                        room.resolve("pid").toString(),
                        "--bridge",
                        BRIDGE,
                        "--iptables=false",
                        "--ip-masq=false")
                .redirectErrorStream(true)
                .redirectOutput(room.resolve("log").toFile())
                .start();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (quietly("docker", "--host", host(), "version") != 0) {
            assertTrue(
                    dockerd.isAlive() && System.nanoTime() - deadline < 0,
                    () -> "the second engine does not come up: " + log());
            LockSupport.parkNanos(100_000_000);
        }
    }

    /** Where it listens, as the driver and the command line want it. */
    String host() {
        return "unix://" + room.resolve("d.sock");
    }

    /** What the command line says to it. */
    String docker(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("docker", "--host", host()));
        line.addAll(List.of(arguments));
        return run(line.toArray(String[]::new));
    }

    static String run(String... line) throws Exception {
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> String.join(" ", line) + ": " + said);
        return said.strip();
    }

    private static int quietly(String... line) throws Exception {
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private String log() {
        try {
            return Files.readString(room.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws Exception {
        for (String id : docker("ps", "-aq").lines().toList()) {
            docker("rm", "-f", id);
        }
        dockerd.destroy();
        dockerd.waitFor(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
        dockerd.destroyForcibly().waitFor();
        run("/bin/busybox", "ip", "link", "del", BRIDGE);
        try (Stream<Path> all = Files.walk(room)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
