package org.nearzero.ingress.internal;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.ingress.testing.http.IngressFixture.PATIENCE;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.model.Endpoint;
import org.nearzero.ingress.testing.admission.Refusing;
import org.nearzero.ingress.testing.http.IngressFixture;
import org.nearzero.ingress.testing.http.Message;
import org.nearzero.ingress.testing.http.RawBackend;
import org.nearzero.ingress.testing.http.RawClient;

/** What becomes of an exchange when its instance does not do its part. */
class BackendFailureTest {
    private static final String HOST = "Host: app.test\r\n";
    private static final String GET = "GET /a HTTP/1.1\r\n" + HOST + "\r\n";
    private static final String OLD_GET = "GET /app HTTP/1.0\r\n\r\n";
    private static final String POST = "POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhello";
    private static final Duration SHORT = Duration.ofMillis(200);

    private RawBackend backend;
    private IngressFixture ingress;

    private void scripted(RawBackend.Script script) throws IOException {
        backend = RawBackend.scripted(script);
        ingress = IngressFixture.with().maxConnections(1).start(backend);
    }

    @AfterEach
    void stop() throws IOException {
        ingress.close();
        if (backend != null) {
            backend.close();
        }
    }

    // ---- it dies in the middle

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\ng\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            })
    void aResponseThatBreaksOffIsSeenToBreakOff(String part) throws IOException {
        scripted(call -> {
            call.request();
            call.send(part);
        });
        try (RawClient client = ingress.client()) {
            Message response = client.send(GET).responseOrEnd();
            assertFalse(response != null && response.status() == 200 && response.complete(), "" + response);
        }
    }

    @Test
    void aResponseWithoutAnEndThatIsResetIsSeenToBreakOff() throws IOException {
        CountDownLatch read = new CountDownLatch(1);
        scripted(call -> {
            call.request();
            call.send("HTTP/1.1 200 OK\r\n\r\nhello");
            read.await(PATIENCE.toSeconds(), SECONDS);
            call.reset();
        });
        try (RawClient client = ingress.client()) {
            client.send(GET).peek(new byte[15]);
            read.countDown();
            assertFalse(client.response().complete());
        }
    }

    @Test
    void anOldClientSeesThatChunksBreakOff() throws IOException {
        CountDownLatch read = new CountDownLatch(1);
        scripted(call -> {
            call.request();
            call.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            read.await(PATIENCE.toSeconds(), SECONDS);
        });
        try (RawClient client = ingress.client()) {
            client.send(OLD_GET).peek(new byte[15]);
            read.countDown();
            assertFalse(client.response().complete(), "an end of stream would make it look whole");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nX-A: 1\r\n"})
    void aFreshConnectionThatBreaksWithoutAResponseIsA502AndASuspicion(String part) throws IOException {
        scripted(call -> {
            call.request();
            call.send(part);
        });
        Message response = ingress.exchange(GET);
        assertEquals(502, response.status());
        assertTrue(response.text().contains("\"code\":\"BAD_GATEWAY\""), response.text());
        assertEquals(1, backend.calls().size(), "it may have done what it was asked for");
        assertEquals(1, ingress.suspicions().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage\r\n\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.1 OK\r\n\r\n",
                "HTTP/1.1 099 Low\r\n\r\n",
                "HTTP/1.1 600 High\r\n\r\n",
                "HTTP/1.1 200\u0000OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX A: 1\r\n\r\n",
                "HTTP/1.1 200 OK\r\n: 1\r\n\r\n",
                "HTTP/1.1 200 OK\r\n folded\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX-A: \u0000\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX-A: a\rb\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"
            })
    void whatIsNoResponseIsA502(String garbage) throws IOException {
        scripted(call -> {
            call.request();
            call.send(garbage);
            call.awaitClosed();
        });
        assertEquals(502, ingress.exchange(GET).status());
        assertEquals(1, backend.calls().size());
    }

    @Test
    void aHeadWithoutAnEndIsA502() throws IOException {
        scripted(call -> {
            call.request();
            call.send("HTTP/1.1 200 OK\r\nX-A: " + "x".repeat(100_000) + "\r\n\r\n");
            call.awaitClosed();
        });
        assertEquals(502, ingress.exchange(GET).status());
    }

    // ---- it cannot be reached

    /** It is suspected at the first try; the next ones are no news, but for one that comes more than a second later. */
    private void assertIsA502AndASuspicion(String request) throws IOException {
        long before = System.nanoTime();
        assertEquals(502, ingress.exchange(request).status());
        long seconds = NANOSECONDS.toSeconds(System.nanoTime() - before);
        int suspicions = ingress.suspicions().size();
        assertTrue(suspicions >= 1 && suspicions <= 1 + seconds, suspicions + " suspicions in " + seconds + " s");
    }

    @Test
    void anInstanceThatRefusesIsTriedThreeTimesAndSuspectedOnce() throws IOException {
        try (Refusing nobody = new Refusing()) {
            ingress = IngressFixture.with().start(nobody.endpoint());
            assertIsA502AndASuspicion(POST);
        }
    }

    @Test
    void anotherInstanceTakesOverFromOneThatRefuses() throws IOException {
        backend = RawBackend.echoing();
        try (Refusing dead = new Refusing()) {
            ingress = IngressFixture.with().start(dead.endpoint(), backend.endpoint());
            for (int i = 0; i < 20; i++) {
                assertEquals("hello", ingress.exchange(POST).text());
            }
        }
        assertEquals(20, backend.requests().size());
    }

    @Test
    void anInstanceThatDoesNotAcceptIsGivenUpInTime() throws IOException {
        List<SocketChannel> fill = new ArrayList<>();
        // A full backlog: the system answers no further connection.
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 4; i++) {
                SocketChannel pending = SocketChannel.open();
                pending.configureBlocking(false);
                pending.connect(deaf.getLocalSocketAddress());
                fill.add(pending);
            }
            ingress = IngressFixture.with().connectTimeout(SHORT).start(new Endpoint("127.0.0.1", deaf.getLocalPort()));
            assertIsA502AndASuspicion(GET);
        } finally {
            for (SocketChannel pending : fill) {
                pending.close();
            }
        }
    }

    @Test
    void anInstanceThatIsSilentIsGivenUpInTime() throws IOException {
        CountDownLatch closed = new CountDownLatch(1);
        backend = RawBackend.scripted(call -> {
            call.request();
            call.awaitClosed();
            closed.countDown();
        });
        ingress = IngressFixture.with().responseTimeout(SHORT).start(backend);
        Message response = ingress.exchange(GET);
        assertEquals(504, response.status());
        assertTrue(response.text().contains("\"code\":\"TIMEOUT\""), response.text());
        await().atMost(PATIENCE).until(() -> closed.getCount() == 0);
        assertEquals(1, backend.calls().size());
    }

    @Test
    void anInstanceThatDoesNotReadIsGivenUpInTime() throws IOException {
        CountDownLatch answered = new CountDownLatch(1);
        backend = RawBackend.scripted(call -> answered.await(PATIENCE.toSeconds(), SECONDS));
        ingress = IngressFixture.with().responseTimeout(SHORT).start(backend);
        try (RawClient client = ingress.client()) {
            Thread sender = new Thread(() -> client.sendWhatIsTaken(
                    ("POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 90000000\r\n\r\n" + "x".repeat(90_000_000))
                            .getBytes(StandardCharsets.ISO_8859_1)));
            sender.setDaemon(true);
            sender.start();
            assertEquals(504, client.response().status());
        } finally {
            answered.countDown();
        }
    }

    // ---- connections that went stale

    /** Answers the first request of the first connection, and breaks it at the second. */
    private void staleAfterOne(String lastWords) throws IOException {
        scripted(call -> {
            call.send(answerTo(call.request()));
            Message request = call.request();
            if (call.number() == 0) {
                call.send(lastWords);
            } else if (request != null) {
                call.send(answerTo(request));
            }
        });
    }

    private static String answerTo(Message request) {
        String answer = RawBackend.ok("hello");
        return request.method().equals("HEAD") ? answer.substring(0, answer.length() - 5) : answer;
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
    void anIdempotentRequestIsSentAgainOnAFreshConnection(String method) throws IOException {
        staleAfterOne("");
        String request = method + " /a HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhello";
        try (RawClient client = ingress.client()) {
            for (int i = 0; i < 2; i++) {
                client.send(request);
                Message response = method.equals("HEAD") ? client.responseToHead() : client.response();
                assertEquals(200, response.status());
            }
        }
        assertEquals(2, backend.calls().size());
        assertEquals(List.of(), ingress.suspicions(), "a connection may close at any time");
        backend.requests().forEach(each -> assertEquals("hello", each.text()));
    }

    @Test
    void ofWhatABrokenConnectionSaidNothingIsKept() throws IOException {
        staleAfterOne("HTTP/1.1 200 OK\r\nX-Broken: 1\r\nX-Half");
        ingress.exchange(GET);
        Message response = ingress.exchange(GET);
        assertEquals(200, response.status());
        assertFalse(response.has("X-Broken"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "PURGE"})
    void aRequestThatMayHaveBeenDoneIsNotSentAgain(String method) throws IOException {
        staleAfterOne("");
        String request = method + " /a HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhello";
        assertEquals(200, ingress.exchange(request).status());
        assertEquals(502, ingress.exchange(request).status());
        assertEquals(1, backend.calls().size());
        assertEquals(2, backend.requests().size());
    }

    @Test
    void aConnectionThatClosedWhileIdleCostsNobodyAnything() throws IOException {
        AtomicInteger ended = new AtomicInteger();
        scripted(call -> {
            call.send(RawBackend.ok(call.request().text()));
            call.halfClose();
            call.awaitClosed(); // until it has been noticed
            ended.incrementAndGet();
        });
        for (int i = 1; i <= 20; i++) {
            assertEquals("hello", ingress.exchange(POST).text());
            int closed = i;
            await().atMost(PATIENCE).pollDelay(Duration.ZERO).until(() -> ended.get() == closed);
        }
        assertEquals(20, backend.requests().size());
        assertEquals(List.of(), ingress.suspicions());
    }

    @Test
    void aBodyThatIsPartlyGoneIsNotSentAgain() throws IOException {
        scripted(call -> {
            Message request = call.request();
            call.send(RawBackend.ok("first"));
            for (int i = 0; i < 40_000 && call.read() >= 0; i++) {
                // most of the second
            }
        });
        try (RawClient client = ingress.client()) {
            assertEquals("first", client.send(GET).response().text());
            client.send("PUT /a HTTP/1.1\r\n" + HOST + "Content-Length: 50000\r\n\r\n" + "x".repeat(45_000));
            Message response = client.responseOrEnd();
            assertTrue(response == null || response.status() == 502, "" + response);
        }
        assertEquals(1, backend.calls().size());
        assertEquals(1, backend.requests().size());
    }

    @Test
    void retriesAreBounded() throws IOException {
        // Each connection answers once and breaks at its second request, so that all of them are stale when they are
        // used.
        scripted(call -> {
            call.request();
            if (call.number() == 0) {
                call.send(RawBackend.ok(""));
                call.request();
            }
        });
        ingress.exchange(GET);
        assertEquals(502, ingress.exchange(GET).status());
        assertEquals(2, backend.calls().size());
        assertEquals(3, backend.requests().size());
    }
}
