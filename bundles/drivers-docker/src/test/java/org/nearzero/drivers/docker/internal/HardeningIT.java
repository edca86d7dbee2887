package org.nearzero.drivers.docker.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.Resources;

/** What the driver imposes is in force: as the engine says, and as a process in the container finds it. */
class HardeningIT {
    private final TestEngine engine = TestEngine.DEFAULT.withImage();
    private final DockerDriver driver = new DockerDriver(DockerSettings.defaults());
    private final Orders orders = Orders.ofTestImage();

    @AfterEach
    void clearAway() throws Exception {
        for (DriverInstance each : Orders.done(driver.list(orders.pop()))) {
            Orders.done(driver.stop(each.appInstanceId(), Duration.ZERO));
        }
        driver.close();
    }

    @Test
    void theEngineHasItAsOrdered() throws Exception {
        DriverInstance instance = Orders.done(driver.start(orders.next()));
        JsonNode inspect = new ObjectMapper()
                .readTree(engine.docker("inspect", instance.appInstanceId().value()))
                .get(0);
        JsonNode host = inspect.get("HostConfig");
        assertEquals("[\"no-new-privileges\"]", host.get("SecurityOpt").toString());
        assertEquals("[\"ALL\"]", host.get("CapDrop").toString());
        assertEquals("null", host.get("CapAdd").toString());
        assertEquals("null", host.get("Binds").toString());
        assertEquals(false, host.get("Privileged").booleanValue());
        assertEquals(true, host.get("ReadonlyRootfs").booleanValue());
        assertEquals(true, host.get("Init").booleanValue());
        assertEquals(64, host.get("PidsLimit").intValue());
        assertEquals(32 << 20, host.get("Memory").longValue());
        assertEquals(32 << 20, host.get("MemorySwap").longValue());
        assertEquals(500_000_000, host.get("NanoCpus").longValue());
        assertEquals("", host.get("PidMode").textValue());
        assertEquals("", host.get("UTSMode").textValue());
        assertEquals("private", host.get("IpcMode").textValue());
        assertEquals("bridge", host.get("NetworkMode").textValue());
        assertTrue(
                List.of("", "no").contains(host.get("RestartPolicy").get("Name").textValue()));
        assertEquals(
                "1048576", host.get("LogConfig").get("Config").get("max-size").textValue());
        assertEquals("65534:65534", inspect.get("Config").get("User").textValue());
        assertEquals(
                orders.pop().value(),
                inspect.get("Config").get("Labels").get("org.nearzero.pop").textValue());
    }

    @Test
    void aProcessInsideFindsItSo() throws Exception {
        String id = Orders.done(driver.start(orders.next())).appInstanceId().value();
        assertEquals("65534", engine.docker("exec", id, "id", "-u"));
        String status = engine.docker("exec", id, "cat", "/proc/self/status");
        assertTrue(status.matches("(?s).*\\nCapEff:\\t0+\\n.*"), status);
        assertTrue(status.matches("(?s).*\\nCapBnd:\\t0+\\n.*"), status);
        assertTrue(status.contains("NoNewPrivs:\t1"), status);
        assertTrue(status.contains("Seccomp:\t2"), status);
        assertThrows(IllegalStateException.class, () -> engine.docker("exec", id, "touch", "/www/index.html"));
        engine.docker("exec", id, "sh", "-c", "cp /bin/busybox /tmp/ls");
        assertThrows(IllegalStateException.class, () -> engine.docker("exec", id, "/tmp/ls"), "noexec");
        String tooMuch = "dd if=/dev/zero of=/tmp/full bs=1M count=17 2>/dev/null && echo fits || echo full";
        assertEquals("full", engine.docker("exec", id, "sh", "-c", tooMuch));
    }

    @Test
    void aVolumeOfTheImageIsABoundedTmpfsAndNoDiskOfTheHost() throws Exception {
        engine.build("nearzero-drivers-docker-test:volume", "VOLUME /data/ /tmp");
        Artefact image = new Artefact("nearzero-drivers-docker-test:volume");
        String id = Orders.done(driver.start(orders.with(image).next()))
                .appInstanceId()
                .value();

        assertEquals("[]", engine.docker("inspect", "-f", "{{json .Mounts}}", id), "no volume");
        engine.docker("exec", id, "touch", "/data/mine", "/tmp/mine");
        String tooMuch = "dd if=/dev/zero of=/data/full bs=1M count=17 2>/dev/null && echo fits || echo full";
        assertEquals("full", engine.docker("exec", id, "sh", "-c", tooMuch));
    }

    @Test
    void aVolumeCannotBeWrittenToWhereNothingMayBe() throws Exception {
        engine.build("nearzero-drivers-docker-test:volume", "VOLUME /data/ /tmp");
        DockerSettings d = DockerSettings.defaults();
        DockerSettings nothing = new DockerSettings(
                d.host(),
                d.connectTimeout(),
                d.callTimeout(),
                d.reconnectMax(),
                d.maxConcurrentCalls(),
                d.pull(),
                d.registryTimeout(),
                d.pullTimeout(),
                d.user(),
                0,
                d.tmpfsExec(),
                d.init(),
                d.network(),
                d.logBytes());
        Artefact image = new Artefact("nearzero-drivers-docker-test:volume");
        try (DockerDriver none = new DockerDriver(nothing)) {
            // Asleep: the test's own program needs a place to write to.
            var spec = orders.with(image).with(List.of("/bin/sleep", "100000")).next();
            String id = Orders.done(none.start(spec)).appInstanceId().value();
            assertEquals("[]", engine.docker("inspect", "-f", "{{json .Mounts}}", id), "no volume");
            assertThrows(IllegalStateException.class, () -> engine.docker("exec", id, "touch", "/data/mine"));
        }
    }

    @Test
    void theSettingAsTheImageSaysLeavesTheUserToIt() throws Exception {
        engine.build("nearzero-drivers-docker-test:user", "USER 1234:5678");
        Artefact image = new Artefact("nearzero-drivers-docker-test:user");
        String id = Orders.done(driver.start(orders.with(image).next()))
                .appInstanceId()
                .value();
        assertEquals("1234", engine.docker("exec", id, "id", "-u"));
    }

    @Test
    void isPublishedOnLoopbackOnly() throws Exception {
        Endpoint endpoint = serving(orders);
        assertEquals("127.0.0.1", endpoint.host());
        List<String> others = NetworkInterface.networkInterfaces()
                .filter(HardeningIT::isUpAndNotLoopback)
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address.getAddress().length == 4)
                .map(address -> address.getHostAddress())
                .toList();
        assertNotEquals(List.of(), others, "a machine without any other address proves nothing");
        for (String other : others) {
            assertThrows(IOException.class, () -> connect(other, endpoint.port()), other);
        }
    }

    @Test
    void listensAtAPrivilegedPortWithoutPrivilege() throws Exception {
        serving(orders.at(80));
    }

    @Test
    void aLimitThatTheEngineRefusesIsNamedAndLeavesNothing() throws Exception {
        InstanceSpec spec = orders.with(new Resources(500, 4L << 20, 64)).next();
        var refused = Orders.refused(driver.start(spec));
        assertEquals("UNSUPPORTED", refused.code().name());
        assertTrue(refused.getMessage().contains("memory limit"), refused.getMessage());
        assertEquals(List.of(), Orders.done(driver.list(orders.pop())));
    }

    private Endpoint serving(Orders what) throws Exception {
        Endpoint endpoint = Orders.done(driver.start(what.next())).endpoint().orElseThrow();
        await().atMost(Orders.PATIENCE).ignoreExceptions().until(() -> new String(URI.create("http://" + endpoint + "/")
                        .toURL()
                        .openStream()
                        .readAllBytes())
                .equals("hello\n"));
        return endpoint;
    }

    private static boolean isUpAndNotLoopback(NetworkInterface device) {
        try {
            return device.isUp() && !device.isLoopback();
        } catch (IOException e) {
            return false;
        }
    }

    private static void connect(String host, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 1_000);
        }
    }
}
