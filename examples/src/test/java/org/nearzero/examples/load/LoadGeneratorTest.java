package org.nearzero.examples.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class LoadGeneratorTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /** Seconds for what comes true by itself; far more than anything needs. */
    private static final int PATIENCE = 60;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final Set<String> devices = ConcurrentHashMap.newKeySet();
    private ServerSocket server;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }

    @Test
    void makesExactlyAsManyRequestsAsPlannedAndSeesEachAnswered() throws Exception {
        serve(n -> OK);
        try (LoadGenerator load = load(plan().atMost(500).perConnection(7))) {
            load.connections(5);

            assertTrue(load.awaitDone(PATIENCE, TimeUnit.SECONDS));
            LoadReport report = load.report();
            assertEquals(500, report.requests());
            assertTrue(report.flawless(), report.toString());
            assertEquals(500, requests.get());
            assertTrue(report.millisAt(0.5) > 0);
        }
    }

    @Test
    void countsEachKindOfFailureAndEachLoss() throws Exception {
        serve(n -> switch (n % 4) {
            case 0 -> "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
            case 1 -> "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
            case 2 -> "";
            default ->
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        });
        try (LoadGenerator load = load(plan().atMost(40))) {
            load.connections(1);

            assertTrue(load.awaitDone(PATIENCE, TimeUnit.SECONDS));
            LoadReport report = load.report();
            assertEquals(10, report.answered(), report.toString());
            assertEquals(10, report.failed(), report.toString());
            assertEquals(20, report.lost(), report.toString());
            assertEquals(Map.of("status 503", 10L, "cut by the server", 20L), report.reasons());
        }
    }

    @Test
    void anAnswerThatDoesNotComeInTimeIsLost() throws Exception {
        serve(n -> null);
        LoadPlan plan = new LoadPlan("app", "/", Duration.ZERO, Duration.ofMillis(50), 1, 3, 0);
        try (LoadGenerator load = load(plan)) {
            load.connections(3);

            assertTrue(load.awaitDone(PATIENCE, TimeUnit.SECONDS));
            assertEquals(Map.of("timeout", 3L), load.report().reasons());
        }
    }

    @Test
    void aServerThatRefusesIsALossAndNotAHotLoop() throws Exception {
        try (Socket taken = new Socket()) { // nobody listens there, and nobody else can
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (LoadGenerator load = load(taken.getLocalPort(), plan().atMost(3))) {
                load.connections(1);

                assertTrue(load.awaitDone(PATIENCE, TimeUnit.SECONDS));
                assertEquals(3, load.report().lost());
            }
        }
    }

    @Test
    void fewerConnectionsEndAfterTheirAnswers() throws Exception {
        serve(n -> OK);
        try (LoadGenerator load = load(plan().pausing(Duration.ofMillis(5)))) {
            load.connections(20);
            await().atMost(PATIENCE, TimeUnit.SECONDS).until(() -> open.get() == 20);
            load.connections(3);
            await().atMost(PATIENCE, TimeUnit.SECONDS).until(() -> open.get() == 3);
            load.connections(0);
            await().atMost(PATIENCE, TimeUnit.SECONDS).until(() -> open.get() == 0);

            assertTrue(load.report().flawless(), load.report().toString());
        }
    }

    @Test
    void readsWhatInstancesSayOfThemselves() throws Exception {
        serve(n -> "HTTP/1.1 200 OK\r\nX-Instance: i" + n % 2 + "\r\nX-Max-Concurrent: " + n
                + "\r\nContent-Length: 0\r\n\r\n");
        try (LoadGenerator load = load(plan().atMost(8))) {
            load.connections(1);

            assertTrue(load.awaitDone(PATIENCE, TimeUnit.SECONDS));
            assertEquals(Map.of("i0", 6, "i1", 7), load.report().mostAtOnce());
            assertEquals(7, load.report().mostAtOnceAnywhere());
            Map<String, LoadReport.Answers> answers = load.report().answers();
            assertEquals(Set.of("i0", "i1"), answers.keySet());
            answers.values().forEach(each -> assertEquals(4, each.count()));
            assertTrue(answers.get("i0").firstAfterNanos() < answers.get("i1").firstAfterNanos(), answers.toString());
        }
    }

    @Test
    void aDeviceKeepsItsAddressWhenItConnectsAnew() throws Exception {
        serve(n -> OK);
        try (LoadGenerator load = load(plan().from(50).perConnection(1).atMost(200))) {
            load.connections(3);

            assertTrue(load.awaitDone(PATIENCE, TimeUnit.SECONDS));
            assertTrue(load.report().flawless(), load.report().toString());
            assertEquals(Set.of("127.1.0.1", "127.1.0.2", "127.1.0.3"), devices);
        }
    }

    @Test
    void moreConnectionsThanDevicesShareThem() throws Exception {
        serve(n -> OK);
        try (LoadGenerator load = load(plan().from(2).atMost(200))) {
            load.connections(5);

            assertTrue(load.awaitDone(PATIENCE, TimeUnit.SECONDS));
            assertEquals(Set.of("127.1.0.1", "127.1.0.2"), devices);
        }
    }

    @Test
    void isNotFlawlessWhileAnAnswerIsMissing() throws Exception {
        serve(n -> null);
        try (LoadGenerator load = load(plan())) {
            load.connections(1);
            await().atMost(PATIENCE, TimeUnit.SECONDS).until(() -> requests.get() == 1);

            assertFalse(load.report().flawless());
            assertEquals(1, load.report().inFlight());
        }
    }

    private static LoadPlan plan() {
        return LoadPlan.of("app", "/");
    }

    private LoadGenerator load(LoadPlan plan) {
        return load(server.getLocalPort(), plan);
    }

    private static LoadGenerator load(int port, LoadPlan plan) {
        return new LoadGenerator(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), plan);
    }

    /** Answers each request with text; an answer other than a good one is followed by a close, null by silence. */
    private void serve(IntFunction<String> answers) {
        threads.execute(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    threads.execute(() -> answer(socket, answers));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private void answer(Socket socket, IntFunction<String> answers) {
        open.incrementAndGet();
        devices.add(socket.getInetAddress().getHostAddress());
        try (socket;
                BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.isEmpty()) {
                    String answer = answers.apply(requests.getAndIncrement());
                    if (answer == null) {
                        continue;
                    }
                    socket.getOutputStream().write(answer.getBytes(US_ASCII));
                    if (!answer.contains("200 OK") || answer.endsWith("half")) {
                        return;
                    }
                }
            }
        } catch (IOException e) {
            if (!server.isClosed() && !socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        } finally {
            open.decrementAndGet();
        }
    }
}
