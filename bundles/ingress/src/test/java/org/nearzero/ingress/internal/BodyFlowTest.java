package org.nearzero.ingress.internal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.ingress.testing.http.IngressFixture.PATIENCE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.ingress.testing.http.IngressFixture;
import org.nearzero.ingress.testing.http.Message;
import org.nearzero.ingress.testing.http.RawBackend;
import org.nearzero.ingress.testing.http.RawClient;

/** Bodies that are large, slow, or answered before they have come to their end. */
class BodyFlowTest {
    private static final String HOST = "Host: app.test\r\n";
    private static final String GET = "GET /a HTTP/1.1\r\n" + HOST + "\r\n";

    private RawBackend backend;
    private IngressFixture ingress;

    private void scripted(RawBackend.Script script) throws IOException {
        backend = RawBackend.scripted(script);
        ingress = IngressFixture.to(backend);
    }

    @AfterEach
    void stop() throws IOException {
        ingress.close();
        backend.close();
    }

    // ---- early answers

    @Test
    void anEarlyAnswerReachesAClientThatStillSends() throws IOException {
        scripted(call -> {
            while (call.read() != '\n') {
                // the request line
            }
            call.send("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
            call.awaitClosed();
        });
        try (RawClient client = ingress.client()) {
            client.send("POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 50000000\r\n\r\n" + "x".repeat(100_000));
            Message response = client.response();
            assertEquals(413, response.status());
            assertEquals("no", response.text());
            assertEquals("close", response.one("Connection"));
        }
        assertEquals(List.of(), backend.requests());
    }

    @Test
    void anEarlyAnswerReachesAClientThatSendsAllBeforeItReads() throws IOException {
        scripted(call -> {
            while (call.read() != '\n') {
                // the request line
            }
            call.send("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
            call.awaitClosed();
        });
        for (int i = 0; i < 5; i++) {
            try (RawClient client = ingress.client()) {
                client.sendWhatIsTaken(
                        ("POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 5000000\r\n\r\n" + "x".repeat(5_000_000))
                                .getBytes(StandardCharsets.ISO_8859_1));
                assertEquals(413, client.response().status());
            }
        }
    }

    /** Reads up to such a byte. @return whether there was one */
    private static boolean reads(RawBackend.Call call, char wanted) throws IOException {
        int read = call.read();
        while (read >= 0 && read != wanted) {
            read = call.read();
        }
        return read == wanted;
    }

    /** A client whose response has begun. On a busy machine that may take longer than the response timeout: then another. */
    private RawClient answeredEarly(Consumer<RawClient> sends) {
        return await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .until(
                        () -> {
                            RawClient client = ingress.client();
                            sends.accept(client);
                            byte[] start = new byte["HTTP/1.1 200".length()];
                            if (client.peek(start) > 0
                                    && new String(start, StandardCharsets.US_ASCII).endsWith(" 200")) {
                                return client;
                            }
                            client.close();
                            return null;
                        },
                        Objects::nonNull);
    }

    @Test
    void anInstanceThatBeganToAnswerMayTakeItsTimeForTheRestOfTheRequest() throws Exception {
        CountDownLatch timedOut = new CountDownLatch(1);
        backend = RawBackend.scripted(call -> {
            if (reads(call, 'x')) { // up to the body
                call.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n");
                timedOut.await(PATIENCE.toSeconds(), SECONDS);
                if (reads(call, 'y')) { // the rest of it
                    call.send("4\r\nlate\r\n0\r\n\r\n");
                }
            }
            call.awaitClosed();
        });
        ingress = IngressFixture.with().responseTimeout(Duration.ofMillis(200)).start(backend);
        int size = 64 << 20; // more than all the sockets between hold
        AtomicReference<CompletableFuture<Void>> sending = new AtomicReference<>();
        try (RawClient client =
                answeredEarly(begun -> sending.set(CompletableFuture.runAsync(() -> sendLong(begun, size))))) {
            // Each began to wait later than the first could have, and so is timed out later.
            assertEquals(504, ingress.exchange(GET).status());
            assertEquals(504, ingress.exchange(GET).status());
            assertFalse(sending.get().isDone());
            timedOut.countDown();
            Message response = client.response();
            assertEquals("earlylate", response.text());
            assertTrue(response.complete());
            sending.get().get(PATIENCE.toSeconds(), SECONDS);
        }
    }

    /** Begins with an x and ends with a y. */
    private static void sendLong(RawClient client, int size) {
        client.sendWhatIsTaken(ascii("POST /a HTTP/1.1\r\n" + HOST + "Content-Length: " + size + "\r\n\r\nx"));
        byte[] piece = new byte[1 << 20];
        for (int i = 1; i < size >> 20; i++) {
            client.sendWhatIsTaken(piece);
        }
        byte[] last = new byte[(1 << 20) - 1];
        last[last.length - 1] = 'y';
        client.sendWhatIsTaken(last);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void aResponseThatBeganBeforeItsRequestEndedMayTakeItsTime() throws IOException {
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch timedOut = new CountDownLatch(1);
        backend = RawBackend.scripted(call -> {
            if (reads(call, 'x')) { // up to the body
                call.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n");
                if (reads(call, 'y')) { // the rest of it
                    ended.countDown();
                    timedOut.await(PATIENCE.toSeconds(), SECONDS);
                    call.send("4\r\nlate\r\n0\r\n\r\n");
                }
            }
            call.awaitClosed();
        });
        ingress = IngressFixture.with().responseTimeout(Duration.ofMillis(200)).start(backend);
        try (RawClient client = answeredEarly(begun -> begun.sendWhatIsTaken(
                ascii("POST /a HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")))) {
            client.send("1\r\ny\r\n0\r\n\r\n");
            await().atMost(PATIENCE).until(() -> ended.getCount() == 0);
            // Began to wait later than the first could have, and so is timed out later.
            assertEquals(504, ingress.exchange(GET).status());
            timedOut.countDown();
            Message response = client.response();
            assertEquals("earlylate", response.text());
            assertTrue(response.complete());
        }
    }

    // ---- large bodies and slow readers

    @Test
    void aSlowReaderHoldsTheInstanceBackAndNotOurMemory() throws Exception {
        AtomicLong written = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();
        long size = 100_000_000;
        scripted(call -> {
            call.request();
            call.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
            byte[] piece = new byte[100_000];
            for (long sent = 0; sent < size; sent += piece.length) {
                call.send(piece);
                written.addAndGet(piece.length);
            }
            done.set(true);
            call.awaitClosed();
        });
        try (RawClient client = new RawClient(ingress.port(), 4_096)) {
            client.send(GET);
            // It stands still: what is on its way lies in the buffers of the system.
            long[] last = {-1};
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
                long before = last[0];
                last[0] = written.get();
                return last[0] > 0 && last[0] == before;
            });
            assertFalse(done.get());
            assertTrue(written.get() < size / 2, "taken without being read: " + written);
            Message response = client.response();
            assertTrue(response.complete());
            assertEquals(size, response.body().length);
        }
    }

    @Test
    void aSlowInstanceHoldsTheClientBack() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        scripted(call -> {
            for (int i = 0; i < 3; i++) {
                call.read();
            }
            goOn.await(PATIENCE.toSeconds(), SECONDS);
            while (call.read() != 'x') {
                // up to the body
            }
            for (int left = 50_000_000 - 1; left > 0; left--) {
                call.read();
            }
            call.send(RawBackend.ok("all"));
            call.awaitClosed();
        });
        AtomicLong written = new AtomicLong();
        try (RawClient client = ingress.client()) {
            client.send("POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 50000000\r\n\r\n");
            Thread sender = new Thread(() -> {
                byte[] piece = "x".repeat(100_000).getBytes(StandardCharsets.ISO_8859_1);
                for (int i = 0; i < 500; i++) {
                    client.sendWhatIsTaken(piece);
                    written.addAndGet(piece.length);
                }
            });
            sender.start();
            long[] last = {-1};
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
                long before = last[0];
                last[0] = written.get();
                return last[0] > 0 && last[0] == before;
            });
            assertTrue(written.get() < 40_000_000, "taken without being passed on: " + written);
            goOn.countDown();
            assertEquals("all", client.response().text());
            sender.join();
        }
    }

    @Test
    void aLargeResponseArrivesByteForByteHoweverItIsFramed() throws IOException {
        byte[] body = new byte[5_000_000];
        new Random(1).nextBytes(body);
        backend = RawBackend.scripted(call -> {
            for (Message request = call.request(); request != null; request = call.request()) {
                if (request.target().equals("/length")) {
                    call.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n")
                            .send(body);
                } else if (request.target().equals("/chunks")) {
                    call.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4c4b40\r\n")
                            .send(body)
                            .send("\r\n0\r\n\r\n");
                } else {
                    call.send("HTTP/1.1 200 OK\r\n\r\n").send(body);
                    return;
                }
            }
        });
        ingress = IngressFixture.to(backend);
        try (RawClient client = ingress.client()) {
            for (String target : List.of("/length", "/chunks", "/close", "/length")) {
                Message response = client.send("GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n")
                        .response();
                assertArrayEquals(body, response.body(), target);
            }
        }
    }
}
