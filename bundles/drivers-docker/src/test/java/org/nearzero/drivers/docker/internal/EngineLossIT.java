package org.nearzero.drivers.docker.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

/** The engine is absent, appears, is killed and comes back: an engine of the test's own. */
class EngineLossIT {
    private final Orders orders = Orders.ofTestImage();
    private final Heard heard = new Heard();
    private OwnEngine own;
    private DockerDriver driver;

    @BeforeEach
    void driverWithoutEngine() throws IOException {
        own = new OwnEngine();
        driver = new DockerDriver(DockerSettings.at(own.host()));
        driver.watch(orders.pop(), heard);
    }

    @AfterEach
    void clearAway() throws Exception {
        driver.close();
        own.close();
    }

    @Test
    void anAbsentEngineIsNamedAndALateOneIsFound() throws Exception {
        DriverException absent = Orders.refused(driver.start(orders.next()));
        assertEquals(Code.ENGINE_UNAVAILABLE, absent.code());
        assertTrue(absent.getMessage().contains(own.socket()), absent.getMessage());
        assertEquals(
                Code.ENGINE_UNAVAILABLE,
                Orders.refused(driver.list(orders.pop())).code());
        patiently().until(() -> heard.all.contains("unavailable"));

        own.start();
        patiently().until(() -> heard.all.contains("resync"));
        assertEquals(List.of(), Orders.done(driver.list(orders.pop())));
    }

    @Test
    void aKilledEngineIsNoticedAndItsReturnToo() throws Exception {
        TestEngine engine = own.start();
        engine.build(TestEngine.IMAGE, "");
        patiently().until(() -> heard.all.contains("resync"));
        InstanceSpec spec = orders.next();
        assertEquals(InstanceState.RUNNING, Orders.done(driver.start(spec)).state());

        heard.all.clear();
        own.process().destroyForcibly().waitFor();
        patiently().until(() -> heard.all.contains("unavailable"));
        assertEquals(
                Code.ENGINE_UNAVAILABLE,
                Orders.refused(driver.start(orders.next())).code());

        own.start();
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
        DockerSettings usual = DockerSettings.at(own.host());
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
        own.start();
        patiently().until(() -> heard.all.contains("resync"));
        heard.all.clear();
        signal("STOP");
        try {
            // The signal is sent, not yet obeyed: a thread that still runs may answer.
            patiently().until(this::everyThreadStands);
            DriverException silent = Orders.refused(driver.list(orders.pop()));
            assertEquals(Code.ENGINE_UNAVAILABLE, silent.code());
            // Whoever notices first says so: the call that waits, or the event stream.
            assertTrue(silent.getMessage().contains(own.socket()), silent.getMessage());
            patiently().until(() -> heard.all.contains("unavailable"));
        } finally {
            signal("CONT");
        }
        patiently().until(() -> heard.all.contains("resync"));
        assertEquals(List.of(), Orders.done(driver.list(orders.pop())));
    }

    private void signal(String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, String.valueOf(own.process().pid()))
                .start()
                .waitFor();
    }

    private boolean everyThreadStands() throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + own.process().pid() + "/task"))) {
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
}
