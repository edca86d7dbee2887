package org.nearzero.orchestrator.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.ReadinessPolicy;
import org.nearzero.api.model.Subscription;

class ReadinessProbeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private final ReadinessProbe probe = new ReadinessProbe();
    private final AtomicInteger ready = new AtomicInteger();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        probe.close();
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private ServerSocket listen(int port) throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        open.add(server);
        return server;
    }

    /** A server that reads a request and answers each connection with the next text; an empty one closes it at once. */
    private int serve(List<String> requests, String... answers) throws IOException {
        ServerSocket server = listen(0);
        Thread thread = new Thread(() -> {
            for (int i = 0; !server.isClosed(); i++) {
                try (Socket socket = server.accept()) {
                    String answer = answers[Math.min(i, answers.length - 1)];
                    if (!answer.isEmpty()) {
                        requests.add(readHead(socket.getInputStream()));
                        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                    } else {
                        requests.add("");
                    }
                } catch (IOException e) {
                    // The probe may go at any time.
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server.getLocalPort();
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            head.append((char) c);
            if (head.toString().endsWith("\r\n\r\n")) {
                break;
            }
        }
        return head.toString();
    }

    /** A port that nobody listens at and nobody else gets, until {@link #listen} takes it. */
    private int reserved() throws IOException {
        Socket bound = new Socket();
        open.add(bound);
        bound.setReuseAddress(true);
        bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return bound.getLocalPort();
    }

    private Subscription probe(Endpoint endpoint, String path) {
        return probe(probe, endpoint, path);
    }

    private Subscription probe(ReadinessProbe probe, Endpoint endpoint, String path) {
        return probe.probe(endpoint, new ReadinessPolicy(path), ready::incrementAndGet);
    }

    private void untilReady(int count) {
        await().atMost(PATIENCE).until(() -> ready.get() >= count);
        assertEquals(count, ready.get());
    }

    @Test
    void anAcceptedConnectionIsEnoughWhereTheInstanceItselfAccepts() throws IOException {
        probe(new Endpoint("127.0.0.1", listen(0).getLocalPort()), "");
        untilReady(1);
    }

    @Test
    void triesUntilSomebodyListens() throws IOException {
        int port = reserved();
        probe(new Endpoint("127.0.0.1", port), "");
        // Proven not ready by another probe that went through meanwhile, on the same thread.
        AtomicInteger other = new AtomicInteger();
        probe.probe(new Endpoint("127.0.0.1", listen(0).getLocalPort()), ReadinessPolicy.TCP, other::incrementAndGet);
        await().atMost(PATIENCE).until(() -> other.get() == 1);
        assertEquals(0, ready.get());
        listen(port);
        untilReady(1);
    }

    @Test
    void looksUpAHostName() throws IOException {
        probe(new Endpoint("localhost", listen(0).getLocalPort()), "");
        untilReady(1);
    }

    @Test
    void asksForThePathUntilTheAnswerIsGood() throws IOException {
        List<String> requests = new CopyOnWriteArrayList<>();
        int port = serve(
                requests,
                "HTTP/1.1 503 Service Unavailable\r\n\r\n",
                "HTTP/1.1 404 Not Found\r\n\r\n",
                "",
                "nonsense\r\n\r\n",
                "HTTP/1.0 302 Found\r\nLocation: /\r\n\r\n");
        probe(new Endpoint("127.0.0.1", port), "/ready");
        untilReady(1);
        assertEquals(5, requests.size());
        assertEquals(
                "GET /ready HTTP/1.1\r\nHost: 127.0.0.1:" + port
                        + "\r\nUser-Agent: nearzero-readiness\r\nAccept: */*\r\nConnection: close\r\n\r\n",
                requests.get(0));
    }

    @Test
    void takesAnyAnswerFromBehindAFrontForProofButNoClose() throws IOException {
        List<String> requests = new CopyOnWriteArrayList<>();
        int port = serve(requests, "", "", "", "HTTP/1.1 501 Not Implemented\r\n\r\n");
        ReadinessProbe patient = new ReadinessProbe(PATIENCE); // a server that is slow to close is none that is silent
        open.add(patient);
        probe(patient, new Endpoint("127.0.0.1", port, true), "");
        untilReady(1);
        assertEquals(4, requests.size());
        assertTrue(requests.get(3).startsWith("OPTIONS * HTTP/1.1\r\n"), requests.get(3));
    }

    @Test
    void takesASilenceThatLastsForProofAsWell() throws IOException {
        probe(new Endpoint("127.0.0.1", listen(0).getLocalPort(), true), "");
        untilReady(1);
    }

    @Test
    void anErrorInOneProbeDoesNotEndTheOthers() throws IOException {
        int port = listen(0).getLocalPort();
        probe.probe(new Endpoint("127.0.0.1", port), ReadinessPolicy.TCP, () -> {
            throw new StackOverflowError("in a test");
        });
        probe(new Endpoint("127.0.0.1", port), "");
        untilReady(1);
        probe(new Endpoint("127.0.0.1", port), "");
        untilReady(2);
    }

    @Test
    void aClosedProbeTellsNothing() throws IOException {
        int port = reserved();
        probe(new Endpoint("127.0.0.1", port), "").close();
        AtomicInteger second = new AtomicInteger();
        listen(port);
        probe.probe(new Endpoint("127.0.0.1", port), ReadinessPolicy.TCP, second::incrementAndGet);
        await().atMost(PATIENCE).until(() -> second.get() == 1);
        assertEquals(0, ready.get());
    }

    @Test
    void carriesManyProbesAtOnceOnOneThread() throws IOException {
        int port = listen(0).getLocalPort();
        for (int i = 0; i < 150; i++) {
            probe(new Endpoint("127.0.0.1", port), "");
        }
        untilReady(150);
    }
}
