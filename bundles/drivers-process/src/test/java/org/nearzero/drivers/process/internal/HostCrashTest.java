package org.nearzero.drivers.process.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Artefact;
import org.nearzero.driver.tck.ProbeApplication;

/** LIST-2 the hard way: the JVM that started the instances is killed with SIGKILL, and another one takes over. */
class HostCrashTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path temp;

    private final List<AppInstanceId> dead = new CopyOnWriteArrayList<>();
    private ProcessDriver heir;
    private Process host;

    @AfterEach
    void clearAway() {
        if (host != null) {
            host.destroyForcibly();
        }
        if (heir != null) {
            list().forEach(each -> heir.stop(each.appInstanceId(), Duration.ZERO)
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join());
            heir.close();
        }
    }

    @Test
    void theNextHostFindsServesWatchesAndStopsTheInstances() throws Exception {
        DriverInstance served = crashAndInherit();
        assertEquals(InstanceState.RUNNING, served.state());
        assertEquals("g1", served.generation());
        assertTrue(connects(served), "it serves on");

        kill(served);
        await().atMost(PATIENCE).until(() -> dead.contains(served.appInstanceId()));
        DriverInstance exited = list().get(0);
        assertEquals(InstanceState.EXITED, exited.state());
        assertTrue(exited.detail().startsWith(Entry.EXIT_CODE_UNKNOWN), exited::detail);

        stop(served);
        assertEquals(List.of(), list());
    }

    @Test
    void theNextHostPausesAndStopsWhatStillRuns() throws Exception {
        DriverInstance served = crashAndInherit();
        heir.pause(served.appInstanceId()).toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertEquals(InstanceState.PAUSED, list().get(0).state());
        stop(served);
        assertEquals(List.of(), list());
        assertEquals(List.of(), Kernel.family(0, "NEARZERO_INSTANCE_ID=" + served.appInstanceId()));
    }

    /** The host dies in the moment between the process's start and the record of its number. */
    @Test
    void aProcessWhoseNumberWasNotWrittenDownIsFoundByItsEnvironment() throws Exception {
        DriverInstance served = crash();
        Ledger ledger = new Ledger(directory());
        Entry written = ledger.read(served.appInstanceId()).orElseThrow();
        ledger.write(new Entry(
                written.id(),
                written.app(),
                written.pop(),
                written.generation(),
                written.port(),
                Instant.now().minusSeconds(60),
                written.boot(),
                0,
                0,
                ""));
        inherit();
        assertEquals(InstanceState.RUNNING, list().get(0).state());
        Entry completed = ledger.read(served.appInstanceId()).orElseThrow();
        assertEquals(written.pid(), completed.pid());
        assertEquals(written.startTime(), completed.startTime());
        stop(served);
        assertEquals(List.of(), Kernel.family(0, written.mark()));
    }

    private DriverInstance crashAndInherit() throws Exception {
        DriverInstance before = crash();
        inherit();
        DriverInstance found = list().get(0);
        assertEquals(before, found);
        return found;
    }

    /** Has another JVM start an instance, and kills that JVM once the instance serves. */
    private DriverInstance crash() throws Exception {
        host = new ProcessBuilder(
                        java().toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Host.class.getName(),
                        directory().toString())
                .redirectError(temp.resolve("host.err").toFile())
                .start();
        try (BufferedReader out = host.inputReader()) {
            assertEquals("started", out.readLine(), () -> errors());
        }
        heir = new ProcessDriver(new ProcessSettings(directory()));
        DriverInstance served = list().get(0);
        await().atMost(PATIENCE).until(() -> connects(served));
        heir.close();
        host.destroyForcibly().waitFor();
        return served;
    }

    private void inherit() {
        heir = new ProcessDriver(new ProcessSettings(directory()));
        heir.watch(Orders.POP, new DriverListener() {
            @Override
            public void changed(DriverInstance instance) {
                if (instance.state() == InstanceState.EXITED) {
                    dead.add(instance.appInstanceId());
                }
            }

            @Override
            public void removed(AppInstanceId instance) {}

            @Override
            public void resync() {}

            @Override
            public void unavailable(String reason) {}
        });
    }

    private void kill(DriverInstance instance) {
        Entry entry = new Ledger(directory()).read(instance.appInstanceId()).orElseThrow();
        ProcessHandle.of(entry.pid()).orElseThrow().destroyForcibly();
    }

    private void stop(DriverInstance instance) throws Exception {
        heir.stop(instance.appInstanceId(), Duration.ofSeconds(10))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    private List<DriverInstance> list() {
        return heir.list(Orders.POP)
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private static boolean connects(DriverInstance instance) {
        try (Socket socket =
                new Socket("127.0.0.1", instance.endpoint().orElseThrow().port())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private Path directory() {
        return temp.resolve("instances");
    }

    private String errors() {
        try {
            return Files.readString(temp.resolve("host.err"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** Starts one instance, says so, and waits to be killed. */
    static final class Host {
        private Host() {}

        public static void main(String[] arguments) throws Exception {
            ProcessDriver driver = new ProcessDriver(new ProcessSettings(Path.of(arguments[0])));
            String classpath = Path.of(ProbeApplication.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
            InstanceSpec spec = Orders.order(
                    "survivor",
                    new Artefact("file://" + java().toRealPath()),
                    List.of("-cp", classpath, ProbeApplication.class.getName(), "serve"),
                    java.util.Map.of());
            driver.start(spec).toCompletableFuture().get(60, TimeUnit.SECONDS);
            System.out.println("started");
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
