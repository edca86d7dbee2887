package org.nearzero.ingress.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.ingress.testing.admission.DeviceConnection;
import org.nearzero.ingress.testing.admission.Incoming;
import org.nearzero.ingress.testing.admission.InstanceServer;
import org.nearzero.ingress.testing.admission.Response;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;

/** Requests that wait with a body, or with a part of one. */
class ParkingBodyTest {
    private final Site site = Site.start();
    private final RouteSheet shop = RouteSheet.shop();
    private final InstanceServer a = InstanceServer.naming("a");

    @AfterEach
    void close() {
        site.close();
        a.close();
    }

    private static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + i / 251);
        }
        return bytes;
    }

    private Incoming only() {
        assertEquals(1, a.requests().size());
        return a.requests().get(0);
    }

    @Test
    void aSmallBodyIsNotLost() {
        site.route(shop);
        DeviceConnection device = site.connect()
                .send(DeviceConnection.head("POST", "/", "Content-Length: 5"))
                .send("hello");
        site.awaitDemand(0, 1);
        site.route(shop.to(a.open()));
        assertEquals(200, device.response().status());
        assertEquals("hello", only().text());
    }

    @Test
    void aLargeBodyIsHeldBackAndNotLost() throws Exception {
        byte[] body = pattern(4 << 20);
        site.route(shop);
        DeviceConnection device =
                site.connect().send(DeviceConnection.head("POST", "/", "Content-Length: " + body.length));
        Thread sender = new Thread(() -> device.send(body));
        sender.start();
        assertTrue(site.awaitDemand(0, 1).waitingBytes() < 20_000, "holds a buffer and not the body");
        site.route(shop.to(a.open()));
        assertEquals(200, device.response().status());
        sender.join();
        assertArrayEquals(body, only().body());
    }

    @Test
    void aChunkedBodyThatComesWhileItWaitsIsNotLost() {
        site.route(shop);
        DeviceConnection device = site.connect()
                .send(DeviceConnection.head("POST", "/", "Transfer-Encoding: chunked") + "5\r\nhello\r\n");
        site.awaitDemand(0, 1);
        device.send("6\r\n world\r\n").send("0\r\n\r\n");
        site.route(shop.to(a.open()));
        assertEquals(200, device.response().status());
        assertEquals("hello world", only().text());
    }

    @Test
    void oneWhoLeavesInTheMiddleOfABodyIsCountedOut() {
        site.route(shop);
        DeviceConnection device = site.connect()
                .send(DeviceConnection.head("POST", "/", "Transfer-Encoding: chunked") + "5\r\nhello\r\n");
        site.awaitDemand(0, 1);
        device.close();
        site.awaitDemand(0, 0);
    }

    @Test
    void oneWhoSendsNonsenseWhileItWaitsIsAnsweredAndCountedOut() {
        site.route(shop);
        DeviceConnection device = site.connect()
                .send(DeviceConnection.head("POST", "/", "Transfer-Encoding: chunked") + "5\r\nhello\r\n");
        site.awaitDemand(0, 1);
        device.send("no size\r\n");
        assertEquals(400, device.response().status());
        site.awaitDemand(0, 0);
    }

    @Test
    void aBodyIsAskedForBeforeItWaits() {
        site.route(shop);
        DeviceConnection device =
                site.connect().send(DeviceConnection.head("POST", "/", "Content-Length: 5", "Expect: 100-continue"));
        assertEquals(100, device.response().status());
        device.send("hello");
        site.awaitDemand(0, 1);
        site.route(shop.to(a.open()));
        Response response = device.response();
        assertEquals(200, response.status());
        assertEquals("hello", only().text());
        assertEquals(null, only().fields().get("expect"), "nobody asks twice");
    }

    @Test
    void anUnknownApplicationAsksForNoBody() {
        DeviceConnection device =
                site.connect().send(DeviceConnection.head("POST", "/", "Content-Length: 5", "Expect: 100-continue"));
        assertEquals(404, device.response().status());
    }

    @Test
    void theNextRequestOfAConnectionThatWaitsIsAnsweredAfterIt() {
        site.route(shop);
        DeviceConnection device = site.connect().get("/first");
        site.awaitDemand(0, 1);
        device.get("/second");
        site.route(shop.to(a.open()));
        assertEquals(200, device.response().status());
        assertEquals(200, device.response().status());
        assertEquals("/second", a.requests().get(1).path());
    }

    @Test
    void aBodyIsSentInWholeEvenIfItsBytesLookLikeARequest() {
        String inner = new String(pattern(100), StandardCharsets.ISO_8859_1) + DeviceConnection.head("GET", "/inner");
        site.route(shop);
        DeviceConnection device = site.connect()
                .send(DeviceConnection.head("POST", "/outer", "Content-Length: " + inner.length()) + inner);
        site.awaitDemand(0, 1);
        site.route(shop.to(a.open()));
        assertEquals(200, device.response().status());
        assertEquals(inner, only().text());
    }
}
