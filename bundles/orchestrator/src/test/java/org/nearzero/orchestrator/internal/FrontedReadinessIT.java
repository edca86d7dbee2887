package org.nearzero.orchestrator.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.ReadinessPolicy;

/** The probe against a real front: Docker's userland proxy accepts before the instance listens. Needs a Docker engine. */
class FrontedReadinessIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String IMAGE = "nearzero-orchestrator-test";
    private String container = "";
    private Process front;
    private final Socket held = new Socket();

    @TempDir
    private static Path context;

    @BeforeAll
    static void buildImage() throws Exception {
        Files.copy(Path.of("/bin/busybox"), context.resolve("busybox"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY busybox /bin/busybox\n");
        docker("build", "-q", "-t", IMAGE, context.toString());
    }

    @AfterAll
    static void removeImage() throws Exception {
        docker("rmi", "-f", IMAGE);
    }

    @AfterEach
    void removeContainer() throws Exception {
        held.close();
        if (front != null) {
            front.destroy();
        }
        if (!container.isEmpty()) {
            docker("rm", "-f", container);
        }
    }

    static String docker(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        assertEquals(0, process.waitFor(), () -> command + ": " + output);
        return output;
    }

    /**
     * Runs a container that serves HTTP as soon as the file /go is there, and before it the engine's own front, whether or not the
     * engine is set up to use it.
     *
     * @return the front's port
     */
    private int run() throws Exception {
        container = docker(
                "run",
                "-d",
                "--label",
                IMAGE,
                IMAGE,
                "/bin/busybox",
                "sh",
                "-c",
                "while [ ! -e /go ]; do /bin/busybox usleep 1000; done; exec /bin/busybox httpd -f -p 80 -h /");
        String address = docker("inspect", "-f", "{{.NetworkSettings.IPAddress}}", container);
        // Nobody else gets the port: whoever listens may share it with one that is bound and does not.
        held.setReuseAddress(true);
        held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        int port = held.getLocalPort();
        // It tells the engine through descriptor 3 that it is ready, and ends if there is none.
        String command = "PATH=$PATH:/usr/sbin; exec docker-proxy -proto tcp -host-ip 127.0.0.1 -host-port " + port
                + " -container-ip " + address + " -container-port 80 3>/dev/null";
        front = new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().atMost(PATIENCE).until(() -> accepts(port));
        return port;
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void isNotReadyWhileOnlyTheFrontAccepts() throws Exception {
        int port = run();
        AtomicInteger ready = new AtomicInteger();
        // Patient, so that a front that gets no time to close on a busy machine is not taken for an instance.
        try (ReadinessProbe probe = new ReadinessProbe(PATIENCE)) {
            probe.probe(new Endpoint("127.0.0.1", port, true), ReadinessPolicy.TCP, ready::incrementAndGet);
            long slowest = 0;
            for (int i = 0; i < 300; i++) { // all this time the probe tries as well
                slowest = Math.max(slowest, nanosUntilClosed(port));
                assertEquals(0, ready.get(), "believed a front that closed after at most " + slowest / 1_000 + " us");
            }
            System.out.println("front closes after at most " + slowest / 1_000 + " us");
            docker("exec", container, "/bin/busybox", "touch", "/go");
            await().atMost(PATIENCE).until(() -> ready.get() == 1);
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertTrue(socket.getInputStream().read() >= 0, "ready, and then did not answer");
            }
        }
    }

    private static long nanosUntilClosed(int port) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            long accepted = System.nanoTime();
            InputStream in = socket.getInputStream();
            try {
                assertEquals(-1, in.read(), "somebody answered");
            } catch (IOException reset) {
                // As good as closed.
            }
            return System.nanoTime() - accepted;
        }
    }
}
