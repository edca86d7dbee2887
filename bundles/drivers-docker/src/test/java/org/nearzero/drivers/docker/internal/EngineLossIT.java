package org.nearzero.drivers.docker.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;

/**
 * The engine is absent, appears, is killed and comes back: an engine of the test's own, in a network and a mount
 * namespace of its own, so that the machine's engine and its firewall rules are left alone and no mount outlives it. Takes
 * root, as any engine does.
 */
class EngineLossIT {
    private final Orders orders = Orders.ofTestImage();
    private final Heard heard = new Heard();
    private Path room;
    private Process dockerd;
    private DockerDriver driver;

    @BeforeEach
    void driverWithoutEngine() throws IOException {
        // A short path: a socket's may have no more than 107 characters.
        room = Files.createTempDirectory(Path.of("/tmp"), "nzdd");
        driver = new DockerDriver(DockerSettings.at("unix://" + room.resolve("d.sock")));
        driver.watch(orders.pop(), heard);
    }

    @AfterEach
    void clearAway() throws Exception {
        driver.close();
        if (dockerd != null) {
            if (!dockerd.isAlive()) {
                startEngine();
            }
            TestEngine engine = new TestEngine("unix://" + room.resolve("d.sock"));
            engine.docker("ps", "-aq").lines().filter(id -> !id.isBlank()).forEach(id -> engine.docker("rm", "-f", id));
            dockerd.destroy();
            dockerd.waitFor(Orders.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            dockerd.destroyForcibly().waitFor();
        }
        // What the engine had started may still be putting its own things away.
        patiently().ignoreExceptions().untilAsserted(() -> TestEngine.delete(room));
    }

    @Test
    void anAbsentEngineIsNamedAndALateOneIsFound() throws Exception {
        DriverException absent = Orders.refused(driver.start(orders.next()));
        assertEquals(Code.ENGINE_UNAVAILABLE, absent.code());
        assertTrue(absent.getMessage().contains(room.resolve("d.sock").toString()), absent.getMessage());
        assertEquals(
                Code.ENGINE_UNAVAILABLE,
                Orders.refused(driver.list(orders.pop())).code());
        patiently().until(() -> heard.all.contains("unavailable"));

        startEngine();
        patiently().until(() -> heard.all.contains("resync"));
        assertEquals(List.of(), Orders.done(driver.list(orders.pop())));
    }

    @Test
    void aKilledEngineIsNoticedAndItsReturnToo() throws Exception {
        TestEngine engine = startEngine();
        engine.build(TestEngine.IMAGE, "");
        patiently().until(() -> heard.all.contains("resync"));
        InstanceSpec spec = orders.next();
        assertEquals(InstanceState.RUNNING, Orders.done(driver.start(spec)).state());

        heard.all.clear();
        dockerd.destroyForcibly().waitFor();
        patiently().until(() -> heard.all.contains("unavailable"));
        assertEquals(
                Code.ENGINE_UNAVAILABLE,
                Orders.refused(driver.start(orders.next())).code());

        startEngine();
        patiently().until(() -> heard.all.contains("resync"));
        // An engine without live-restore ends what ran under the killed one; what counts is that the ledger is still
        // there.
        List<DriverInstance> listed = Orders.done(driver.list(orders.pop()));
        assertEquals(
                List.of(spec.appInstanceId()),
                listed.stream().map(DriverInstance::appInstanceId).toList());
        Orders.done(driver.stop(spec.appInstanceId(), Duration.ofSeconds(1)));

        InstanceSpec again = orders.next();
        assertEquals(InstanceState.RUNNING, Orders.done(driver.start(again)).state());
        engine.docker("kill", "-s", "KILL", again.appInstanceId().value());
        patiently().until(() -> heard.ending(again.appInstanceId()).startsWith("exit code 137"));
    }

    @Test
    void anEngineThatHangsIsLostAndFoundAgain() throws Exception {
        driver.close();
        DockerSettings usual = DockerSettings.at("unix://" + room.resolve("d.sock"));
        driver = new DockerDriver(new DockerSettings(
                usual.host(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10), // which a busy engine keeps
                usual.reconnectMax(),
                usual.maxConcurrentCalls(),
                usual.pull(),
                usual.registryTimeout(),
                usual.pullTimeout(),
                usual.user(),
                usual.tmpfsBytes(),
                usual.tmpfsExec(),
                usual.init(),
                usual.network(),
                usual.logBytes()));
        driver.watch(orders.pop(), heard);
        startEngine();
        patiently().until(() -> heard.all.contains("resync"));
        heard.all.clear();
        signal("STOP");
        try {
            // The signal is sent, not yet obeyed: a thread that still runs may answer.
            patiently().until(this::everyThreadStands);
            DriverException silent = Orders.refused(driver.list(orders.pop()));
            assertEquals(Code.ENGINE_UNAVAILABLE, silent.code());
            // Whoever notices first says so: the call that waits, or the event stream.
            assertTrue(silent.getMessage().contains(room + "/d.sock"), silent.getMessage());
            patiently().until(() -> heard.all.contains("unavailable"));
        } finally {
            signal("CONT");
        }
        patiently().until(() -> heard.all.contains("resync"));
        assertEquals(List.of(), Orders.done(driver.list(orders.pop())));
    }

    private void signal(String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, String.valueOf(dockerd.pid()))
                .start()
                .waitFor();
    }

    private boolean everyThreadStands() throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + dockerd.pid() + "/task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
            return true;
        }
    }

    private static ConditionFactory patiently() {
        return await().atMost(Orders.PATIENCE);
    }

    private TestEngine startEngine() throws IOException {
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
                        "unix://" + room.resolve("d.sock"),
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
        TestEngine engine = new TestEngine("unix://" + room.resolve("d.sock"));
        patiently().ignoreExceptions().until(() -> !engine.docker("info", "-f", "{{.ServerVersion}}")
                .isEmpty());
        return engine;
    }
}
