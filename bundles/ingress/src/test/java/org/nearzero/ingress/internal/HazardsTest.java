package org.nearzero.ingress.internal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.ingress.testing.http.IngressFixture.PATIENCE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.ingress.testing.http.IngressFixture;
import org.nearzero.ingress.testing.http.Message;
import org.nearzero.ingress.testing.http.RawBackend;
import org.nearzero.ingress.testing.http.RawClient;

/** What stock proxies on Undertow get wrong. */
class HazardsTest {
    private static final String HOST = "Host: app.test\r\n";
    private static final String CHUNKED = "POST /a HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";
    private static final Duration SHORT = Duration.ofMillis(200);

    /** How a request ended at the instance; {@code truncated} for each connection that ended before its request. */
    private final BlockingQueue<Message> seen = new LinkedBlockingQueue<>();

    private RawBackend backend;
    private IngressFixture ingress;

    @BeforeEach
    void start() throws IOException {
        backend = RawBackend.scripted(call -> {
            for (Message request = call.request(); request != null; request = call.request()) {
                seen.add(request);
                if (!request.complete()) {
                    return;
                }
                call.send(RawBackend.ok(request.text()));
            }
        });
    }

    @AfterEach
    void stop() throws IOException {
        ingress.close();
        backend.close();
    }

    private Message seen() throws InterruptedException {
        return seen.poll(PATIENCE.toSeconds(), SECONDS);
    }

    // ---- truncated uploads

    /** How a client goes. */
    enum Leaving {
        FIN {
            @Override
            void leave(RawClient client) throws IOException {
                client.close();
            }
        },
        RST {
            @Override
            void leave(RawClient client) throws IOException {
                client.reset();
            }
        },
        HALF_CLOSE {
            @Override
            void leave(RawClient client) throws IOException {
                client.halfClose();
                assertNull(client.responseOrEnd(), "there is nothing to answer");
            }
        };

        abstract void leave(RawClient client) throws IOException;
    }

    /** Uploads that break off after an instance has heard of them. */
    static Stream<String> begun() {
        return Stream.of(
                CHUNKED + "5\r\nhello\r\n",
                CHUNKED + "5\r\nhello",
                CHUNKED + "5\r\nhel",
                CHUNKED + "5\r\nhello\r\n0",
                CHUNKED + "5\r\nhello\r\n0\r\n",
                CHUNKED + "5\r\nhello\r\n0\r\nX-T: 1\r\n",
                CHUNKED + "8000\r\n" + "x".repeat(0x8000) + "\r\n",
                "POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 50000\r\n\r\n" + "x".repeat(30_000));
    }

    @ParameterizedTest
    @EnumSource
    void aTruncatedUploadIsNeverCompleteForTheInstance(Leaving leaving) throws Exception {
        ingress = IngressFixture.to(backend);
        for (String upload : begun().toList()) {
            int calls = backend.calls().size();
            try (RawClient client = ingress.client()) {
                client.send(upload);
                await().atMost(PATIENCE)
                        .until(() -> backend.calls().size() > calls
                                && backend.calls().get(calls).heard().contains("\r\n\r\n"));
                leaving.leave(client);
                assertFalse(seen().complete(), upload);
            }
        }
        assertEquals(List.of(), backend.requests());
        assertEquals(List.of(), ingress.suspicions(), "it was the client's doing");
    }

    /** Uploads of which an instance has no need to hear. */
    static Stream<String> notBegun() {
        return Stream.of(
                CHUNKED,
                CHUNKED + "5",
                CHUNKED + "5\r\n",
                CHUNKED + "0\r\n",
                "POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\n",
                "POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhell",
                "POST /a HTTP/1.1\r\n" + HOST + "Content-Le");
    }

    @ParameterizedTest
    @EnumSource
    void anUploadThatEndsEarlyIsNotEvenBegun(Leaving leaving) throws Exception {
        ingress = IngressFixture.to(backend);
        for (String upload : notBegun().toList()) {
            try (RawClient client = ingress.client()) {
                client.send(upload);
                leaving.leave(client);
            }
        }
        ingress.exchange("GET /good HTTP/1.1\r\n" + HOST + "\r\n");
        assertEquals("/good", seen().target());
        assertFalse(backend.heard().contains("/a"), backend.heard());
        assertEquals(1, backend.calls().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"g\r\n", "-1\r\n", "5\nhello", "5\r\nhello!\r\n", "FFFFFFFFFFFFFFFFF\r\n", "0\r\nX A: 1\r\n\r\n"
            })
    void aBadChunkBehindGoodOnesBreaksTheInstancesRequestAndIsA400(String bad) throws Exception {
        ingress = IngressFixture.to(backend);
        try (RawClient client = ingress.client()) {
            client.send(CHUNKED + "5\r\nhello\r\n");
            await().atMost(PATIENCE).until(() -> backend.heard().contains("hello"));
            client.send(bad);
            assertEquals(400, client.response().status());
            assertTrue(client.isClosedByPeer());
        }
        assertFalse(seen().complete());
        assertEquals(List.of(), backend.requests());
    }

    @Test
    void aClientsBadChunkIsNotHeldAgainstTheInstance() throws Exception {
        ingress = IngressFixture.to(backend);
        // More than is read before an instance is asked, so that the bad chunk is met while sending.
        String good = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
        Message response = ingress.exchange(CHUNKED + good + good + "g\r\n");
        assertEquals(400, response.status(), response.text());
        assertFalse(seen().complete());
        assertEquals(List.of(), ingress.suspicions());
    }

    // ---- fields about one connection

    @Test
    void fieldsAboutTheClientsConnectionGoNoFurther() throws Exception {
        ingress = IngressFixture.to(backend);
        Message response = ingress.exchange("GET /a HTTP/1.1\r\n" + HOST
                + "Connection: keep-alive, X-Named\r\nconnection: x-also\r\nX-Named: 1\r\nX-Also: 1\r\n"
                + "Keep-Alive: timeout=5\r\nTE: trailers, gzip\r\nTrailer: X-T\r\nProxy-Connection: keep-alive\r\n"
                + "Proxy-Authorization: Basic x\r\nProxy-Authenticate: Basic\r\nProxy-Authentication-Info: x\r\n"
                + "Upgrade: websocket\r\nX-Stays: 1\r\n\r\n");
        assertEquals(200, response.status());
        Message request = seen();
        assertEquals("1", request.one("X-Stays"));
        for (String name : List.of(
                "Connection",
                "X-Named",
                "X-Also",
                "Keep-Alive",
                "TE",
                "Trailer",
                "Proxy-Connection",
                "Proxy-Authorization",
                "Proxy-Authenticate",
                "Proxy-Authentication-Info",
                "Upgrade")) {
            assertFalse(request.has(name), name);
        }
    }

    @Test
    void aClientCannotHaveWhatWeSayRemoved() throws Exception {
        ingress = IngressFixture.to(backend);
        ingress.exchange("POST /a HTTP/1.1\r\n" + HOST
                + "Connection: Host, X-Forwarded-For, Forwarded, Via, Content-Length, X-Real-IP\r\n"
                + "Content-Length: 2\r\n\r\nhi");
        Message request = seen();
        for (String name : List.of("Host", "X-Forwarded-For", "Forwarded", "Via", "Content-Length", "X-Real-IP")) {
            assertTrue(request.has(name), name);
        }
        assertEquals("hi", request.text());
    }

    @Test
    void fieldsAboutTheInstancesConnectionGoNoFurther() throws Exception {
        try (RawBackend talkative = RawBackend.answering(request -> "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
                + "Connection: X-Named\r\nConnection: keep-alive, x-also\r\nX-Named: 1\r\nX-Also: 1\r\n"
                + "Keep-Alive: timeout=5\r\nProxy-Connection: x\r\nTrailer: X-T\r\nUpgrade: h2c\r\n"
                + "Proxy-Authenticate: Basic\r\nX-Stays: 1\r\n\r\n")) {
            ingress = IngressFixture.to(talkative);
            Message response = ingress.exchange("GET /a HTTP/1.1\r\n" + HOST + "\r\n");
            assertEquals("1", response.one("X-Stays"));
            for (String name : List.of(
                    "Connection",
                    "X-Named",
                    "X-Also",
                    "Keep-Alive",
                    "Proxy-Connection",
                    "Trailer",
                    "Upgrade",
                    "Proxy-Authenticate")) {
                assertFalse(response.has(name), name);
            }
        }
    }

    // ---- HTTP/2 by the back door

    @Test
    void anUpgradeToHttp2IsNeitherAcceptedNorPassedOn() throws Exception {
        ingress = IngressFixture.to(backend);
        Message response = ingress.exchange(
                "GET /a HTTP/1.1\r\n" + HOST
                        + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
        assertEquals(200, response.status());
        assertFalse(response.has("Upgrade"));
        Message request = seen();
        for (String name : List.of("Upgrade", "HTTP2-Settings", "Connection")) {
            assertFalse(request.has(name), name);
        }
    }

    @Test
    void anUpgradeThatIsNotAskedForBreaksNothingButItsOwnExchange() throws Exception {
        try (RawBackend eager = RawBackend.answering(
                request -> "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")) {
            ingress = IngressFixture.to(eager);
            assertEquals(
                    502, ingress.exchange("GET /a HTTP/1.1\r\n" + HOST + "\r\n").status());
        }
    }

    // ---- slowness

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "GET /a HTTP/1.1\r\n" + HOST, "GET /a HTTP/1.1\r\n" + HOST + "X-A: "})
    void aSlowHeadIsCutOff(String begun) throws Exception {
        ingress = IngressFixture.with().headerTimeout(SHORT).keepAlive(SHORT).start(backend);
        try (RawClient client = ingress.client()) {
            Message response = client.send(begun).responseOrEnd();
            assertTrue(response == null || response.status() == 408);
        }
    }

    @Test
    void aHeadThatTricklesIsCutOff() throws Exception {
        ingress = IngressFixture.with().headerTimeout(SHORT).start(backend);
        ScheduledExecutorService trickle = Executors.newSingleThreadScheduledExecutor();
        try (RawClient client = ingress.client()) {
            client.send("GET /a HTTP/1.1\r\n" + HOST);
            trickle.scheduleAtFixedRate(() -> client.sendWhatIsTaken(new byte[] {'x'}), 0, 10, MILLISECONDS);
            Message response = client.responseOrEnd();
            assertTrue(response == null || response.status() == 408);
        } finally {
            trickle.shutdownNow();
        }
    }

    @Test
    void anIdleConnectionIsClosed() throws Exception {
        ingress = IngressFixture.with().keepAlive(SHORT).start(backend);
        // On a busy machine a connection may be closed before its first request comes.
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).until(() -> {
            try (RawClient client = ingress.client()) {
                Message response = client.sendWhatIsTaken(ascii("GET /a HTTP/1.1\r\n" + HOST + "\r\n"))
                        .responseOrEnd();
                assertTrue(response == null || response.status() == 200, "" + response);
                assertTrue(client.isClosedByPeer());
                return response != null;
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5\r\n\r\nhell", "Transfer-Encoding: chunked\r\n\r\n5\r\n"})
    void aSlowBodyTimesOutAndNoInstanceHearsOfIt(String slow) throws Exception {
        ingress = IngressFixture.with().bodyTimeout(SHORT).start(backend);
        try (RawClient client = ingress.client()) {
            client.send("POST /a HTTP/1.1\r\n" + HOST + slow);
            assertEquals(408, client.response().status());
            assertTrue(client.isClosedByPeer());
        }
        assertEquals("", backend.heard());
        assertEquals(List.of(), backend.calls());
    }

    @Test
    void aLongBodyThatStallsGivesItsInstanceBack() throws Exception {
        ingress = IngressFixture.with().bodyTimeout(SHORT).maxConnections(1).start(backend);
        // On a busy machine the time may be over before enough was read for an instance to be asked.
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).until(() -> {
            try (RawClient client = ingress.client()) {
                client.sendWhatIsTaken(
                        ascii("POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 100000\r\n\r\n" + "x".repeat(50_000)));
                assertEquals(408, client.response().status());
            }
            return !backend.calls().isEmpty();
        });
        assertFalse(seen().complete());
        assertEquals(
                200, ingress.exchange("GET /b HTTP/1.1\r\n" + HOST + "\r\n").status());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
