package org.nearzero.ingress.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.nearzero.ingress.testing.http.IngressFixture.PATIENCE;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.ingress.testing.http.IngressFixture;
import org.nearzero.ingress.testing.http.Message;
import org.nearzero.ingress.testing.http.RawBackend;
import org.nearzero.ingress.testing.http.RawClient;

/** What becomes of an exchange when its client goes, or does not read. */
class ClientFailureTest {
    private static final String HOST = "Host: app.test\r\n";
    private static final String GET = "GET /a HTTP/1.1\r\n" + HOST + "\r\n";

    private RawBackend backend;
    private IngressFixture ingress;

    private void scripted(RawBackend.Script script) throws IOException {
        backend = RawBackend.scripted(script);
        ingress = IngressFixture.with().maxConnections(1).start(backend);
    }

    @AfterEach
    void stop() throws IOException {
        ingress.close();
        backend.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatGoesBeforeTheResponseFreesItsInstance(boolean reset) throws IOException {
        CountDownLatch closed = new CountDownLatch(1);
        scripted(call -> {
            call.request();
            if (call.number() == 0) {
                call.awaitClosed();
                closed.countDown();
            } else {
                call.send(RawBackend.ok("next"));
            }
        });
        try (RawClient client = ingress.client()) {
            client.send(GET);
            await().atMost(PATIENCE).until(() -> backend.requests().size() == 1);
            if (reset) {
                client.reset();
            }
        }
        await().atMost(PATIENCE).until(() -> closed.getCount() == 0);
        assertEquals("next", ingress.exchange(GET).text());
        assertEquals(List.of(), ingress.suspicions());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5f5e100\r\n"
            })
    void aClientThatGoesInTheMiddleFreesItsInstance(String head) throws IOException {
        CountDownLatch broken = new CountDownLatch(1);
        scripted(call -> {
            call.request();
            if (call.number() > 0) {
                call.send(RawBackend.ok("next"));
                return;
            }
            call.send(head);
            try {
                for (int i = 0; i < 1_000; i++) {
                    call.send(new byte[100_000]);
                }
            } catch (IOException e) {
                broken.countDown();
            }
        });
        try (RawClient client = ingress.client()) {
            client.send(GET).peek(new byte[15]);
        }
        await().atMost(PATIENCE).until(() -> broken.getCount() == 0);
        assertEquals("next", ingress.exchange(GET).text());
        assertEquals(List.of(), ingress.suspicions());
    }

    @Test
    void aClientThatDoesNotReadIsGivenUpInTime() throws IOException {
        CountDownLatch broken = new CountDownLatch(1);
        backend = RawBackend.scripted(call -> {
            call.request();
            call.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
            try {
                for (int i = 0; i < 1_000; i++) {
                    call.send(new byte[100_000]);
                }
            } catch (IOException e) {
                broken.countDown();
            }
        });
        ingress = IngressFixture.with().writeTimeout(Duration.ofMillis(200)).start(backend);
        try (RawClient client = ingress.client()) {
            client.send(GET);
            await().atMost(PATIENCE).until(() -> broken.getCount() == 0);
            assertFalse(client.response().complete());
        }
    }

    @Test
    void manyClientsThatComeAndGoLeaveNothingBehind() throws IOException {
        scripted(call -> {
            for (Message request = call.request(); request != null; request = call.request()) {
                call.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000));
            }
        });
        for (int i = 0; i < 60; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ingress.port())) {
                socket.getOutputStream()
                        .write(GET.substring(0, GET.length() - i % 3).getBytes());
                if (i % 2 == 0) {
                    socket.setSoLinger(true, 0);
                }
            }
        }
        ingress.awaitFree();
        assertEquals(100_000, ingress.exchange(GET).body().length);
        assertNull(ingress.exchange("GET /a HTTP/1.1\r\nHost: app.test\r\n\r\n").one("Connection"));
    }
}
