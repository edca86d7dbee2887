package org.nearzero.drivers.docker.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.model.Artefact;

/** What goes wrong with images and in containers, and that it is named. */
class FailuresIT {
    private final TestEngine engine = TestEngine.DEFAULT.withImage();
    private final DockerDriver driver = new DockerDriver(DockerSettings.defaults());
    private final Orders orders = Orders.ofTestImage();
    private final Heard heard = new Heard();

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (DriverInstance each : Orders.done(driver.list(orders.pop()))) {
            Orders.done(driver.stop(each.appInstanceId(), Duration.ZERO));
        }
        driver.close();
        assertEquals("", engine.docker("ps", "-aq", "--filter", "label=org.nearzero.pop=" + orders.pop()));
    }

    @Test
    void aRegistryThatIsNotThereIsNamed() {
        DriverException refused = Orders.refused(driver.prePull(new Artefact("127.0.0.1:1/acme/absent:1")));
        assertEquals(Code.IMAGE_NOT_FOUND, refused.code());
        assertTrue(refused.getMessage().contains("registry 127.0.0.1:1 does not give it"), refused.getMessage());
        assertTrue(refused.getMessage().contains("connection refused"), refused.getMessage());
    }

    @Test
    void aRegistryThatIsSilentIsGivenUpInTime() throws IOException {
        DockerSettings impatient = impatient();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                DockerDriver other = new DockerDriver(impatient)) {
            String image = "127.0.0.1:" + silent.getLocalPort() + "/acme/absent:1";
            DriverException refused = Orders.refused(other.prePull(new Artefact(image)));
            assertEquals(Code.IMAGE_NOT_FOUND, refused.code());
            assertTrue(refused.getMessage().contains("no sign of life for 200 ms"), refused.getMessage());
        }
    }

    private static DockerSettings impatient() {
        DockerSettings usual = DockerSettings.defaults();
        return new DockerSettings(
                usual.host(),
                usual.connectTimeout(),
                usual.callTimeout(),
                usual.reconnectMax(),
                usual.maxConcurrentCalls(),
                true,
                Duration.ofMillis(200),
                usual.pullTimeout(),
                usual.user(),
                usual.tmpfsBytes(),
                usual.tmpfsExec(),
                usual.init(),
                usual.network(),
                usual.logBytes());
    }

    @Test
    void theRightChecksumStartsAndAWrongOneDoesNot() throws Exception {
        String id = engine.docker("inspect", "-f", "{{.Id}}", TestEngine.IMAGE);
        Orders.done(driver.start(orders.with(new Artefact(TestEngine.IMAGE, id)).next()));
        Artefact wrong = new Artefact(TestEngine.IMAGE, "sha256:" + "1".repeat(64));
        DriverException refused = Orders.refused(driver.start(orders.with(wrong).next()));
        assertEquals(Code.IMAGE_INVALID, refused.code());
        assertTrue(refused.getMessage().startsWith("app=" + Orders.APP + " pop=" + orders.pop()), refused.getMessage());
        assertTrue(refused.getMessage().contains(id), refused.getMessage());
        assertEquals(1, Orders.done(driver.list(orders.pop())).size());
    }

    @Test
    void aTagThatMovesIsFollowedAndOneThatGoesIsMissed() throws Exception {
        String name = "nearzero-drivers-docker-test:moves";
        engine.build(name, "LABEL version=1");
        String first =
                imageOf(Orders.done(driver.start(orders.with(new Artefact(name)).next())));
        engine.build(name, "LABEL version=2");
        String newId = engine.docker("inspect", "-f", "{{.Id}}", name);
        // The event is on its way when the build returns; remembered for good, the old image would stay for ever.
        await().atMost(Orders.PATIENCE).until(() -> imageOf(
                        Orders.done(driver.start(orders.with(new Artefact(name)).next())))
                .equals(newId));
        assertTrue(!first.equals(newId));
        engine.docker("rmi", "-f", name);
        await().atMost(Orders.PATIENCE)
                .until(() -> isMissed(orders.with(new Artefact(name)).next()));
    }

    private boolean isMissed(InstanceSpec spec) throws Exception {
        try {
            Orders.done(driver.start(spec));
            return false;
        } catch (java.util.concurrent.ExecutionException e) {
            return ((DriverException) e.getCause()).code() == Code.IMAGE_NOT_FOUND;
        }
    }

    private String imageOf(DriverInstance instance) {
        return engine.docker(
                "inspect", "-f", "{{.Image}}", instance.appInstanceId().value());
    }

    @Test
    void aCommandThatIsNotInTheImageIsNamedAsTheEnding() throws Exception {
        driver.watch(orders.pop(), heard);
        InstanceSpec spec = orders.with(List.of("/no/such/program")).next();
        Orders.done(driver.start(spec));
        await().atMost(Orders.PATIENCE)
                .until(() -> !heard.ending(spec.appInstanceId()).isEmpty());
        String detail = heard.ending(spec.appInstanceId());
        assertTrue(detail.startsWith("exit code 127 (command not found)"), detail);
        assertTrue(detail.contains("/no/such/program"), detail);
    }

    @Test
    void withoutInitACommandThatIsNotInTheImageIsRefusedAndLeavesNothing() throws Exception {
        DockerSettings usual = DockerSettings.defaults();
        DockerSettings noInit = new DockerSettings(
                usual.host(),
                usual.connectTimeout(),
                usual.callTimeout(),
                usual.reconnectMax(),
                usual.maxConcurrentCalls(),
                usual.pull(),
                usual.registryTimeout(),
                usual.pullTimeout(),
                usual.user(),
                usual.tmpfsBytes(),
                usual.tmpfsExec(),
                false,
                usual.network(),
                usual.logBytes());
        try (DockerDriver other = new DockerDriver(noInit)) {
            DriverException refused = Orders.refused(
                    other.start(orders.with(List.of("/no/such/program")).next()));
            assertEquals(Code.IMAGE_INVALID, refused.code());
            assertTrue(refused.getMessage().contains("/no/such/program"), refused.getMessage());
        }
        assertEquals(List.of(), Orders.done(driver.list(orders.pop())));
    }

    @Test
    void aContainerThatIsNotOursIsNeitherTakenNorStopped() throws Exception {
        InstanceSpec spec = orders.next();
        String name = spec.appInstanceId().value();
        engine.docker("create", "--name", name, TestEngine.IMAGE);
        try {
            assertEquals(Code.UNSUPPORTED, Orders.refused(driver.start(spec)).code());
            Orders.done(driver.stop(spec.appInstanceId(), Duration.ZERO));
            assertEquals("/" + name, engine.docker("inspect", "-f", "{{.Name}}", name));
        } finally {
            engine.docker("rm", "-f", name);
        }
    }

    @Test
    void runningOutOfMemoryIsNamed() throws Exception {
        driver.watch(orders.pop(), heard);
        // tail keeps its input in memory until it sees a line end, of which there is none.
        InstanceSpec spec =
                orders.with(List.of("/bin/sh", "-c", "tail /dev/zero")).next();
        Orders.done(driver.start(spec));
        await().atMost(Orders.PATIENCE).until(() -> heard.ending(spec.appInstanceId())
                .startsWith("out of memory: killed at its limit of 32 MiB"));
    }

    @Test
    void aDeathIsKnownWithItsLastWords() throws Exception {
        driver.watch(orders.pop(), heard);
        InstanceSpec spec = orders.next();
        DriverInstance instance = Orders.done(driver.start(spec));
        await().atMost(Orders.PATIENCE)
                .ignoreExceptions()
                .until(() -> URI.create("http://" + instance.endpoint().orElseThrow() + "/cgi-bin/exit?7")
                                .toURL()
                                .openStream()
                                .readAllBytes()
                                .length
                        >= 0);
        await().atMost(Orders.PATIENCE)
                .until(() -> heard.ending(spec.appInstanceId()).startsWith("exit code 7"));
        Orders.done(driver.stop(spec.appInstanceId(), Duration.ofSeconds(5)));
        await().atMost(Orders.PATIENCE).until(() -> heard.all.contains("removed"));
    }
}
