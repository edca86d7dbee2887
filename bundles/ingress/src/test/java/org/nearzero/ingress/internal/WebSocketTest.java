package org.nearzero.ingress.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.ingress.testing.admission.DeviceConnection;
import org.nearzero.ingress.testing.admission.InstanceServer;
import org.nearzero.ingress.testing.admission.Reply;
import org.nearzero.ingress.testing.admission.Response;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;

/** What passes through a WebSocket. Its frames are none of the ingress's business, so that tests send any bytes. */
class WebSocketTest {
    private final Site site = Site.start();
    private final RouteSheet shop = RouteSheet.shop();
    private final InstanceServer echo = InstanceServer.serving("echo", request -> Reply.echoing());

    @AfterEach
    void close() {
        site.close();
        echo.close();
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private DeviceConnection open() {
        DeviceConnection device = site.connect().upgrade("/chat", "websocket");
        Response response = device.response();
        assertEquals(101, response.status());
        assertEquals("websocket", response.fields().get("upgrade"));
        assertEquals("upgrade", response.fields().get("connection").toLowerCase(java.util.Locale.ROOT));
        assertEquals("any", response.fields().get("sec-websocket-accept"));
        return device;
    }

    @Test
    void theHandshakeReachesTheInstance() {
        site.route(shop.to(echo.open()));
        open().close();
        var fields = echo.requests().get(0).fields();
        assertEquals("websocket", fields.get("upgrade"));
        assertEquals("Upgrade", fields.get("connection"));
        assertEquals("dGhlIHNhbXBsZSBub25jZQ==", fields.get("sec-websocket-key"));
    }

    @Test
    void framesGoBothWaysAgainAndAgain() {
        site.route(shop.to(echo.open()));
        try (DeviceConnection device = open()) {
            for (int i = 1; i < 200; i++) {
                byte[] frame = noise(i);
                assertArrayEquals(frame, device.send(frame).read(i));
            }
        }
    }

    @Test
    void aLargeFrameGoesThroughWhole() throws Exception {
        site.route(shop.to(echo.open()));
        byte[] frame = noise(16 << 20);
        try (DeviceConnection device = open()) {
            Thread sender = new Thread(() -> device.send(frame));
            sender.start();
            assertArrayEquals(frame, device.read(frame.length));
            sender.join();
        }
        site.awaitDemand(0, 0);
    }

    @Test
    void aFrameThatIsSentTogetherWithTheHandshakeIsNotLost() {
        site.route(shop.to(echo.open()));
        try (DeviceConnection device = site.connect()) {
            device.send(DeviceConnection.head("GET", "/", "Connection: upgrade", "Upgrade: websocket") + "early");
            assertEquals(101, device.response().status());
            assertEquals("early", new String(device.read(5)));
        }
    }

    @Test
    void aFrameThatTheInstanceSendsTogetherWithItsAnswerIsNotLost() {
        byte[] greeting = noise(100_000);
        try (InstanceServer greeter = InstanceServer.serving("greeter", request -> {
            Reply switched = Reply.switched("websocket", (in, out) -> in.readAllBytes());
            byte[] all = java.util.Arrays.copyOf(switched.bytes(), switched.bytes().length + greeting.length);
            System.arraycopy(greeting, 0, all, switched.bytes().length, greeting.length);
            return new Reply(all, switched.then());
        })) {
            site.route(shop.to(greeter.open()));
            try (DeviceConnection device = open()) {
                assertArrayEquals(greeting, device.read(greeting.length));
            }
        }
    }

    @Test
    void whenTheInstanceEndsSoDoesTheDevicesConnectionAfterTheLastByte() {
        try (InstanceServer closer = InstanceServer.serving(
                "closer", request -> Reply.switched("websocket", (in, out) -> out.write(noise(50_000))))) {
            site.route(shop.to(closer.open()));
            try (DeviceConnection device = open()) {
                assertEquals(50_000, device.readToEnd());
            }
            site.awaitDemand(0, 0);
        }
    }

    @Test
    void aSideThatHasEndedStillGetsWhatTheOtherSends() {
        try (InstanceServer late = InstanceServer.serving(
                "late",
                request -> Reply.switched("websocket", (in, out) -> {
                    byte[] all = in.readAllBytes(); // until the device ends its side
                    out.write(all);
                }))) {
            site.route(shop.to(late.open()));
            try (DeviceConnection device = open()) {
                device.send("goodbye").finish();
                assertEquals(7, device.readToEnd());
            }
            site.awaitDemand(0, 0);
        }
    }

    @Test
    void aDeviceThatIsGoneIsGoneForTheInstance() throws Exception {
        CountDownLatch ended = new CountDownLatch(2);
        try (InstanceServer listening = InstanceServer.serving(
                "listening",
                request -> Reply.switched("websocket", (in, out) -> {
                    try {
                        in.readAllBytes();
                    } finally {
                        ended.countDown();
                    }
                }))) {
            site.route(shop.to(listening.open()));
            open().abort();
            open().close();
            assertTrue(ended.await(60, TimeUnit.SECONDS));
            site.awaitDemand(0, 0);
        }
    }

    @Test
    void theDeathOfTheInstanceEndsIt() {
        site.route(shop.to(echo.open()));
        try (DeviceConnection device = open()) {
            device.send("x").read(1);
            echo.breakConnections();
            assertEquals(0, device.readToEnd());
            site.awaitDemand(0, 0);
        }
    }

    @Test
    void aRefusedUpgradeIsAnOrdinaryResponse() {
        AtomicInteger asked = new AtomicInteger();
        try (InstanceServer refusing = InstanceServer.serving(
                "refusing",
                request -> asked.incrementAndGet() == 1 ? Reply.of("426 Upgrade Required", "no") : Reply.ok("fine"))) {
            site.route(shop.to(refusing.open()));
            try (DeviceConnection device = site.connect()) {
                Response response = device.upgrade("/", "websocket").response();
                assertEquals(426, response.status());
                assertEquals("no", response.text());
                assertEquals("fine", device.get("/").response().text());
            }
            assertEquals(1, refusing.connections(), "its connection serves on");
        }
    }

    @Test
    void anUpgradeToSomethingElseIsTiedTogetherAsWell() {
        try (InstanceServer other =
                InstanceServer.serving("other", request -> Reply.switched("acme/1", java.io.InputStream::transferTo))) {
            site.route(shop.to(other.open()));
            try (DeviceConnection device = site.connect().upgrade("/", "acme/1")) {
                assertEquals("acme/1", device.response().fields().get("upgrade"));
                assertEquals("hello", new String(device.send("hello").read(5)));
            }
        }
    }

    @Test
    void anUpgradeToHttp2IsNotAskedForOnTheDevicesBehalf() {
        try (InstanceServer plain = InstanceServer.naming("plain")) {
            site.route(shop.to(plain.open()));
            try (DeviceConnection device = site.connect()) {
                device.get("/", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk");
                assertEquals("plain", device.response().text());
            }
            var fields = plain.requests().get(0).fields();
            assertEquals(null, fields.get("upgrade"));
            assertEquals(null, fields.get("http2-settings"));
        }
    }

    @Test
    void anInstanceThatSwitchesUnaskedIsNotBelieved() {
        site.route(shop.to(echo.open()));
        assertEquals(502, site.get("/").status());
        site.awaitDemand(0, 0);
        await().atMost(Site.PATIENCE).until(() -> echo.connections() == 0);
    }

    /** A frame that comes too early is kept, and hides that the device has gone until something is written to it. */
    @Test
    void aDeviceThatIsGoneBeforeTheInstanceHasSwitchedIsCountedOut() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        try (InstanceServer slow = InstanceServer.serving("slow", request -> {
            gone.await();
            return Reply.echoing();
        })) {
            site.route(shop.to(slow.open()));
            DeviceConnection device = site.connect();
            device.send(DeviceConnection.head("GET", "/", "Connection: upgrade", "Upgrade: websocket") + "early");
            site.awaitDemand(1, 0);
            device.abort();
            gone.countDown();
            site.awaitDemand(0, 0);
        }
    }

    @Test
    void nothingIsKeptOfThoseThatHaveEnded() throws Exception {
        site.route(shop.to(echo.open()));
        for (int i = 0; i < 50; i++) {
            try (DeviceConnection device = open()) {
                device.send("x").read(1);
            }
        }
        site.awaitDemand(0, 0);
        await().atMost(Site.PATIENCE).until(() -> site.deviceConnections() == 0 && echo.connections() == 0);
    }
}
