package org.nearzero.ingress.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.ingress.testing.admission.DeviceConnection;
import org.nearzero.ingress.testing.admission.Heard;
import org.nearzero.ingress.testing.admission.Incoming;
import org.nearzero.ingress.testing.admission.InstanceServer;
import org.nearzero.ingress.testing.admission.Reply;
import org.nearzero.ingress.testing.admission.Response;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;
import org.nearzero.ingress.testing.http.Complaints;
import org.nearzero.ingress.testing.http.RawBackend;
import org.nearzero.ingress.testing.sites.Authority;

/** What passes from a device over one site to an instance at another. */
class RelayTest {
    private static final PopId HOMEBASE = new PopId("homebase");

    private final Complaints complaints = new Complaints();
    private final Site pop = Site.proving(Authority.operators().site("pop"));
    private final Site homebase = Site.proving(Authority.operators().site("homebase"));
    private final RouteSheet here = RouteSheet.shop().relay(HOMEBASE, homebase.door());
    private final RouteSheet there = RouteSheet.shop();
    private final InstanceServer echo = InstanceServer.serving(
            "echo", request -> request.fields().containsKey("upgrade") ? Reply.echoing() : Reply.ok(request.text()));

    RelayTest() {
        pop.route(here);
        homebase.route(there.to(echo.open()));
    }

    @AfterEach
    void close() {
        pop.close();
        homebase.close();
        echo.close();
        complaints.close();
        assertEquals(List.of(), complaints.heard());
    }

    private void awaitAllOver() {
        pop.awaitRelayed(0);
        homebase.awaitDemand(0, 0);
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private byte[] echoed(DeviceConnection device, byte[] body) throws InterruptedException {
        Thread sender = new Thread(() -> device.send(body));
        sender.start();
        byte[] answer = device.response().body();
        sender.join();
        return answer;
    }

    @Test
    void aRequestWithoutABodyIsAnsweredAndAllIsCountedOut() {
        assertEquals(200, pop.get("/a?b=c").status());
        Incoming request = echo.requests().get(0);
        assertEquals("GET /a?b=c", request.method() + " " + request.path());
        awaitAllOver();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16_000, 1 << 20})
    void aBodyOfAKnownLengthPassesBothWays(int length) throws Exception {
        byte[] body = noise(length);
        try (DeviceConnection device = pop.connect()) {
            device.send(DeviceConnection.head("POST", "/", "Content-Length: " + length));
            assertArrayEquals(body, echoed(device, body));
            device.send(DeviceConnection.head("POST", "/", "Content-Length: " + length));
            assertArrayEquals(body, echoed(device, body));
        }
        awaitAllOver();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1 << 20})
    void aChunkedBodyPassesBothWays(int length) throws Exception {
        byte[] body = noise(length);
        String chunk = length == 0 ? "" : Integer.toHexString(length) + "\r\n" + latin(body) + "\r\n";
        try (DeviceConnection device = pop.connect()) {
            device.send(DeviceConnection.head("POST", "/", "Transfer-Encoding: chunked"));
            assertArrayEquals(body, echoed(device, (chunk + "0\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1)));
        }
        awaitAllOver();
    }

    @Test
    void aBodyThatWaitsForTheWordIsAskedFor() {
        try (DeviceConnection device = pop.connect()) {
            device.send(DeviceConnection.head("POST", "/", "Expect: 100-continue", "Content-Length: 5"));
            assertEquals(100, device.response().status());
            assertEquals("hello", device.send("hello").response().text());
        }
    }

    @Test
    void theNextRequestGoesOverTheSameConnectionBetweenTheSites() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertEquals(200, pop.get("/").status());
        }
        try (DeviceConnection device = pop.connect()) {
            for (int i = 0; i < 20; i++) {
                assertEquals(200, device.get("/").response().status());
            }
        }
        assertTrue(homebase.peerConnections() <= 2, "two threads: " + homebase.peerConnections());
    }

    @Test
    void theInstanceHearsWhoTheDeviceIsAndNothingThatSitesTellEachOther() {
        try (DeviceConnection device = pop.connect()) {
            device.get("/", "X-Forwarded-For: 192.0.2.9", "X-Device-Id: forged", "Nearzero-Hops: forged");
            assertEquals(200, device.response().status());
        }
        var fields = echo.requests().get(0).fields();
        assertEquals("127.0.0.1, 127.0.0.1", fields.get("x-forwarded-for"), "the device, then the site");
        assertEquals("127.0.0.1", fields.get("x-device-id"));
        assertEquals("1.1 nearzero, 1.1 nearzero", fields.get("via"));
        assertTrue(fields.get("forwarded").endsWith("proto=https"), fields.get("forwarded"));
        assertNull(fields.get("nearzero-hops"));
        assertEquals(DeviceConnection.HOST, fields.get("x-forwarded-host"));
    }

    @Test
    void whatADeviceIsKnownAsHereItIsKnownAsThere() throws Exception {
        Heard heard = new Heard();
        homebase.ingress().addListener(heard);
        pop.ingress().addIdentifier(request -> java.util.Optional.of("phone 7"), 1);
        assertEquals(200, pop.get("/", "X-Device-Id: forged").status());
        assertEquals("phone+7", echo.requests().get(0).fields().get("x-device-id"));
        await().atMost(Site.PATIENCE).until(() -> !heard.events().isEmpty());
        assertEquals("phone+7", heard.events().get(0).device());
    }

    @Test
    void sessionsAndDevicesAreCountedWhereTheDeviceIsAndConnectionsWhereTheInstanceIs() {
        InstanceServer holding = InstanceServer.holding("holding");
        homebase.route(there.to(holding.open()));
        try (DeviceConnection device = pop.connect().get("/")) {
            Demand near = pop.awaitRelayed(1);
            Demand far = homebase.awaitDemand(1, 0);
            assertEquals(List.of(1, 1, 1), List.of(near.relayed(), near.sessions(), near.devices()));
            assertEquals(List.of(), near.recent(), "a peak is what instances here are kept for");
            assertEquals(List.of(0, 0, 0), List.of(far.relayed(), far.sessions(), far.devices()));
            assertEquals(1, far.on(holding.id()));
            holding.letGo(1);
            assertEquals(200, device.response().status());
        }
        awaitAllOver();
        assertEquals(1, pop.demand().sessions());
        holding.close();
    }

    @Test
    void theHomebaseHoldsAConnectionThroughAColdStart() {
        homebase.route(there.to());
        try (DeviceConnection device = pop.connect().get("/cold")) {
            homebase.awaitDemand(0, 1);
            pop.awaitRelayed(1);
            homebase.route(there.to(echo.open()));
            assertEquals(200, device.response().status());
        }
        awaitAllOver();
    }

    @Test
    void thatTheHomebaseHoldsItCountsAgainstTheQueuesDeadlineAndNotForAResponse() {
        Duration ample = Duration.ofMinutes(10);
        Timeouts timeouts = new Timeouts(
                ample, ample, ample, ample, Duration.ofMillis(200), ample, ample, ample, Duration.ofMillis(100));
        Site impatient = Site.proving(Authority.operators().site("pop"), Peering.at("127.0.0.1", 0), timeouts);
        InstanceServer silent = InstanceServer.holding("silent");
        impatient.ingress().route(here.routes());
        impatient
                .ingress()
                .route(RouteSheet.of("slow")
                        .at("slow.example", "/")
                        .to(silent.open())
                        .routes());
        homebase.route(there.to());
        try (DeviceConnection device = impatient.connect().get("/")) {
            homebase.awaitDemand(0, 1);
            assertEquals(504, impatient.getAt("slow.example", "/").status(), "that time is over");
            homebase.route(there.to(echo.open()));
            assertEquals(200, device.response().status());
        }
        impatient.close();
        silent.close();
    }

    @Test
    void thatAConnectionBetweenTheSitesEndsIsNothingToComplainOf() {
        List<String> complaints = new CopyOnWriteArrayList<>();
        Handler heard = new Handler() {
            @Override
            public void publish(LogRecord complaint) {
                complaints.add(complaint.getMessage() + " " + complaint.getThrown());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger listeners = Logger.getLogger("org.xnio.listener");
        listeners.addHandler(heard);
        try {
            assertEquals(200, pop.get("/").status());
            homebase.close();
            pop.close();
        } finally {
            listeners.removeHandler(heard);
        }
        assertEquals(List.of(), complaints);
    }

    @Test
    void aHomebaseThatStartsAgainIsReachedAgain() {
        assertEquals(200, pop.get("/").status());
        Peering sameDoor = Peering.at("127.0.0.1", homebase.door().port());
        homebase.close();
        Site again = Site.proving(Authority.operators().site("homebase"), sameDoor, Timeouts.DEFAULT);
        again.route(there);
        assertEquals(200, pop.get("/").status());
        pop.awaitRelayed(0);
        again.awaitDemand(0, 0);
        again.close();
    }

    @Test
    void aDeviceThatLeavesIsCountedOutAtBothSites() {
        homebase.route(there.to());
        DeviceConnection waits = pop.connect().get("/");
        homebase.awaitDemand(0, 1);
        waits.abort();
        awaitAllOver();
        homebase.route(there.to(echo.open()));
        assertEquals(0, echo.requests().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100000", "Transfer-Encoding: chunked"})
    void anUploadThatBreaksOffIsNeverSeenComplete(String framing) throws Exception {
        RawBackend backend = RawBackend.echoing();
        homebase.route(there.to(new org.nearzero.api.ingress.Routes.Target(
                new AppInstanceId("shop.raw"), backend.endpoint(), org.nearzero.api.ingress.Routes.Admission.OPEN)));
        String piece = framing.startsWith("C") ? "x".repeat(50_000) : "c350\r\n" + "x".repeat(50_000) + "\r\n";
        DeviceConnection device = pop.connect().send(DeviceConnection.head("POST", "/", framing) + piece);
        await().atMost(Site.PATIENCE).until(() -> backend.heard().contains("xxxx"));
        device.abort();
        awaitAllOver();
        assertEquals(List.of(), backend.requests());
        backend.close();
    }

    @Test
    void aWebSocketPassesBothWaysAndOutlivesAFlipOfTheRoute() {
        InstanceServer local = InstanceServer.naming("local");
        try (DeviceConnection device = pop.connect().upgrade("/chat", "websocket")) {
            assertEquals(101, device.response().status());
            for (int i = 1; i < 200; i++) {
                assertArrayEquals(noise(i), device.send(noise(i)).read(i));
            }
            pop.route(here.to(local.open()).park());
            assertEquals("local", pop.get("/").text());
            assertArrayEquals(noise(70_000), device.send(noise(70_000)).read(70_000));
            assertEquals(1, pop.demand().relayed());
        }
        awaitAllOver();
        local.close();
    }

    @Test
    void aLargeFrameGoesThroughWhole() throws Exception {
        byte[] frame = noise(8 << 20);
        try (DeviceConnection device = pop.connect().upgrade("/chat", "websocket")) {
            assertEquals(101, device.response().status());
            Thread sender = new Thread(() -> device.send(frame));
            sender.start();
            assertArrayEquals(frame, device.read(frame.length));
            sender.join();
            device.finish();
            assertEquals(0, device.readToEnd());
        }
        awaitAllOver();
    }

    @Test
    void whenTheInstanceEndsAWebSocketSoDoesTheDevicesConnection() {
        InstanceServer closer = InstanceServer.serving(
                "closer", request -> Reply.switched("websocket", (in, out) -> out.write(noise(50_000))));
        homebase.route(there.to(closer.open()));
        try (DeviceConnection device = pop.connect().upgrade("/chat", "websocket")) {
            assertEquals(101, device.response().status());
            assertEquals(50_000, device.readToEnd());
        }
        awaitAllOver();
        closer.close();
    }

    @Test
    void thoseWhoseTimeToDrainIsOverAreBrokenAndCountedOut() {
        InstanceServer holding = InstanceServer.holding("holding");
        InstanceServer local = InstanceServer.naming("local");
        DeviceConnection socket = pop.connect().upgrade("/chat", "websocket");
        assertEquals(101, socket.response().status());
        homebase.route(there.to(holding.open()));
        DeviceConnection asks = pop.connect().get("/");
        homebase.awaitDemand(2, 0);
        pop.route(here.to(local.open()).park());
        Heard heard = new Heard();
        pop.awaitDemand(demand -> demand.relayed() == 2);
        pop.ingress().watch(heard);
        pop.ingress().breakRelayed(here.app());
        Response response = asks.response();
        assertEquals(503, response.status());
        assertEquals("1", response.fields().get("retry-after"));
        socket.readToEnd();
        homebase.awaitDemand(0, 0);
        await().atMost(Site.PATIENCE).until(() -> heard.changes().contains(here.app()));
        pop.awaitRelayed(0);
        assertEquals("local", asks.get("/").response().text(), "it goes on with its connection");
        asks.close();
        socket.close();
        holding.close();
        local.close();
    }

    @Test
    void breakingWhatIsNotThereDoesNoHarm() {
        pop.ingress().breakRelayed(new AppId("nobody"));
        pop.ingress().breakRelayed(here.app());
        assertEquals(200, pop.get("/").status());
    }

    @Test
    void aUserCannotAskThroughTheRelayWhatSitesAskEachOther() {
        homebase.ingress().addPeerService((peer, path, body) -> {
            throw new AssertionError("asked by a user: " + path);
        });
        assertEquals(200, pop.get("/.nearzero/v1/sync").status());
        assertEquals("/.nearzero/v1/sync", echo.requests().get(0).path());
    }

    @Test
    void whileAHomebaseIsSilentNotEachRequestWaitsForItAndOnceItSpeaksItIsReached() throws Exception {
        Site hasty = Site.proving(
                Authority.operators().site("pop"),
                new Peering("127.0.0.1", 0, Duration.ofSeconds(1), 100),
                Timeouts.DEFAULT);
        List<DeviceConnection> devices = new ArrayList<>();
        Peering door;
        try (ServerSocket mute = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
            door = Peering.at("127.0.0.1", mute.getLocalPort());
            hasty.route(here.relay(HOMEBASE, new Endpoint("127.0.0.1", mute.getLocalPort())));
            assertEquals(503, hasty.get("/").status());
            for (int i = 0; i < 20; i++) {
                devices.add(hasty.connect().get("/"));
            }
            for (DeviceConnection device : devices) {
                String said = device.response().text();
                assertTrue(said.contains("no answer within the connect timeout"), said);
                device.close();
            }
            assertTrue(connections(mute) < 1 + devices.size(), "each of them has tried it");
        }
        hasty.awaitRelayed(0);
        Site speaks = Site.proving(Authority.operators().site("homebase"), door, Timeouts.DEFAULT);
        speaks.route(there);
        assertEquals(200, hasty.get("/").status());
        hasty.close();
        speaks.close();
    }

    private static int connections(ServerSocket mute) throws IOException {
        mute.setSoTimeout(100);
        for (int n = 0; ; n++) {
            try {
                mute.accept().close();
            } catch (SocketTimeoutException e) {
                return n;
            }
        }
    }

    @Test
    void pastTheNumberThatMayBeRelayedTheAnswerIs503() {
        Site narrow = Site.proving(
                Authority.operators().site("pop"),
                new Peering("127.0.0.1", 0, Peering.NONE.connect(), 1),
                Timeouts.DEFAULT);
        narrow.route(here);
        homebase.route(there.to());
        try (DeviceConnection device = narrow.connect().get("/")) {
            narrow.awaitRelayed(1);
            Response refused = narrow.get("/");
            assertEquals(503, refused.status());
            assertTrue(refused.text().contains("relayed to the homebase as may: 1"), refused.text());
            homebase.route(there.to(echo.open()));
            assertEquals(200, device.response().status());
        }
        narrow.awaitRelayed(0);
        narrow.close();
    }

    @Test
    void ifOneDoorRefusesTheNextIsUsed() throws Exception {
        Endpoint refusing;
        try (ServerSocket gone = new ServerSocket(0)) {
            refusing = new Endpoint("127.0.0.1", gone.getLocalPort());
        }
        pop.route(here.relay(HOMEBASE, refusing, homebase.door()));
        for (int i = 0; i < 3; i++) {
            assertEquals(200, pop.get("/").status());
        }
        awaitAllOver();
    }

    @Test
    void ifTheHomebaseIsDownTheAnswerSaysSoAndNothingIsLeft() {
        Heard heard = new Heard();
        pop.ingress().watch(heard);
        homebase.close();
        Response response = pop.get("/");
        assertEquals(503, response.status());
        assertEquals("1", response.fields().get("retry-after"));
        assertTrue(
                response.text().contains("shop: the homebase homebase cannot be reached: 127.0.0.1:"), response.text());
        pop.awaitRelayed(0);
        assertTrue(heard.failedRelays().get(0).startsWith("shop homebase 127.0.0.1:"), "" + heard.failedRelays());
        assertEquals(List.of(), heard.suspicions());
    }
}
