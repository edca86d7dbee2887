package org.nearzero.drivers.docker.internal;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An engine of a test's own, in a network and a mount namespace of its own, so that the machine's engine and its firewall
 * rules are left alone and no mount outlives it. Takes root, as any engine does. Absent until {@link #start}.
 */
final class OwnEngine implements AutoCloseable {
    // A short path: a socket's may have no more than 107 characters.
    private final Path room = Files.createTempDirectory(Path.of("/tmp"), "nzdd");
    private Process dockerd;

    OwnEngine() throws IOException {}

    String host() {
        return "unix://" + socket();
    }

    String socket() {
        return room.resolve("d.sock").toString();
    }

    /** The engine's process, once it was started. */
    Process process() {
        return dockerd;
    }

    /** What a program in the engine's network namespace says, where its containers are reached at 127.0.0.1. */
    String inItsNetwork(String... command) {
        List<String> enter = List.of("nsenter", "--net=/proc/" + dockerd.pid() + "/ns/net");
        return TestEngine.run(java.util.stream.Stream.concat(enter.stream(), List.of(command).stream())
                .toList());
    }

    /** Starts it, for the first time or again. */
    TestEngine start() throws IOException {
        // A containerd that went down with a killed engine may stay a zombie where nobody reaps, and would count as
        // running.
        Files.deleteIfExists(room.resolve("exec/containerd/containerd.pid"));
        String bringUpAndRun = "/bin/busybox ip link set lo up; exec dockerd \"$@\"";
        // unshare and sh become dockerd by exec: its process id is this one's.
        dockerd = new ProcessBuilder(
                        "unshare",
                        "--net",
                        "--mount",
                        "sh",
                        "-c",
                        bringUpAndRun,
                        "sh",
                        "--host",
                        host(),
                        "--data-root",
                        room.resolve("data").toString(),
                        "--exec-root",
                        room.resolve("exec").toString(),
                        "--pidfile",
                        room.resolve("pid").toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(room.resolve("log").toFile()))
                .start();
        TestEngine engine = new TestEngine(host());
        await().atMost(Orders.PATIENCE)
                .ignoreExceptions()
                .until(() -> !engine.docker("info", "-f", "{{.ServerVersion}}").isEmpty());
        return engine;
    }

    @Override
    public void close() throws Exception {
        if (dockerd != null) {
            TestEngine engine = dockerd.isAlive() ? new TestEngine(host()) : start();
            engine.docker("ps", "-aq").lines().filter(id -> !id.isBlank()).forEach(id -> engine.docker("rm", "-f", id));
            dockerd.destroy();
            dockerd.waitFor(Orders.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            dockerd.destroyForcibly().waitFor();
        }
        // What the engine had started may still be putting its own things away.
        await().atMost(Orders.PATIENCE).ignoreExceptions().untilAsserted(() -> TestEngine.delete(room));
    }
}
