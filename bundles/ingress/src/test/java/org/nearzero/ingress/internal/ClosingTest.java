package org.nearzero.ingress.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.Endpoint;
import org.nearzero.ingress.testing.admission.DeviceConnection;
import org.nearzero.ingress.testing.admission.InstanceServer;
import org.nearzero.ingress.testing.admission.Reply;
import org.nearzero.ingress.testing.admission.Response;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;
import org.xnio.Xnio;

class ClosingTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORTLY = Duration.ofMillis(100);

    private final InstanceServer held = InstanceServer.holding("held");

    private static Thread closing(Site site) {
        Thread closing = new Thread(site::close);
        closing.start();
        return closing;
    }

    private static void awaitRefusalOfConnections(Endpoint endpoint) {
        await().atMost(Site.PATIENCE).until(() -> {
            try (DeviceConnection device = new DeviceConnection(endpoint)) {
                device.finish().readToEnd(); // it may have been in the backlog
                return false;
            } catch (UncheckedIOException e) {
                return true;
            }
        });
    }

    @Test
    void whatIsInFlightEndsInPeaceAndItsConnectionWithIt() throws Exception {
        try (Site site = Site.start(Site.timeouts(LONG, LONG));
                held) {
            site.route(RouteSheet.shop().to(held.open()));
            DeviceConnection device = site.connect().get("/held");
            site.awaitDemand(1, 0);
            Endpoint endpoint = site.endpoint();
            Thread closing = closing(site);
            awaitRefusalOfConnections(endpoint);
            assertTrue(closing.isAlive());
            held.letGo(1);
            Response response = device.response();
            assertEquals("/held", response.text());
            assertEquals("close", response.fields().get("connection"));
            closing.join();
            assertEquals(0, device.readToEnd());
        }
    }

    @Test
    void whatOutlastsTheDrainTimeIsBrokenOnBothSides() {
        try (InstanceServer echo = InstanceServer.serving("echo", request -> Reply.echoing());
                held) {
            Site site = Site.start(Site.timeouts(LONG, SHORTLY));
            site.route(RouteSheet.shop().to(held.open()));
            site.route(RouteSheet.of("other").at("other.example", "/").to(echo.open()));
            DeviceConnection device = site.connect().get("/held");
            DeviceConnection socket = site.connect()
                    .send(DeviceConnection.headAt(
                            "other.example", "GET", "/", "Connection: upgrade", "Upgrade: websocket"));
            assertEquals(101, socket.response().status());
            site.awaitDemand(1, 0);
            site.close();
            assertThrows(UncheckedIOException.class, device::response);
            assertEquals(0, socket.readToEnd());
            held.letGo(1); // so that it looks at its connection again
            await().atMost(Site.PATIENCE).until(() -> held.connections() == 0 && echo.connections() == 0);
        }
    }

    @Test
    void thoseWhoWaitAreAnswered503() {
        Site site = Site.start(Site.timeouts(LONG, LONG));
        site.route(RouteSheet.shop());
        List<DeviceConnection> devices = IntStream.range(0, 50)
                .mapToObj(i -> site.connect().get("/" + i))
                .toList();
        site.awaitDemand(0, 50);
        site.close();
        for (DeviceConnection device : devices) {
            Response response = device.response();
            assertEquals(503, response.status());
            assertEquals("1", response.fields().get("retry-after"));
            assertTrue(response.text().contains("the ingress is closing"), response::text);
        }
    }

    @Test
    void aRequestThatComesMeanwhileIsAnswered503AndNot404() throws Exception {
        try (Site site = Site.start(Site.timeouts(LONG, LONG));
                held) {
            site.route(RouteSheet.shop().to(held.open()));
            DeviceConnection inFlight = site.connect().get("/held");
            DeviceConnection idle = site.connect();
            DeviceConnection half = site.connect().send(DeviceConnection.head("POST", "/", "Content-Length: 2") + "x");
            site.awaitDemand(1, 0);
            Endpoint endpoint = site.endpoint();
            assertEquals(
                    404,
                    idle.send(DeviceConnection.headAt("nobody.example", "GET", "/"))
                            .response()
                            .status());
            await().atMost(Site.PATIENCE).until(() -> site.deviceConnections() == 3); // none is left in the backlog
            Thread closing = closing(site);
            awaitRefusalOfConnections(endpoint);
            Response late = idle.get("/").response();
            assertEquals(503, late.status(), late::text);
            assertEquals("close", late.fields().get("connection"));
            Response halfSent = half.send("y").response();
            assertEquals(503, halfSent.status(), halfSent::text);
            held.letGo(1);
            assertEquals(200, inFlight.response().status());
            closing.join();
        }
    }

    @Test
    void itListensOnTheSamePortAgainAtOnce() {
        // The instance comes first, or it might get the port that is free again.
        try (InstanceServer a = InstanceServer.naming("a")) {
            int port;
            try (Site first = Site.start()) {
                port = first.endpoint().port();
                first.route(RouteSheet.shop().to(a.open()));
                assertEquals("a", first.get("/").text());
            }
            for (int i = 0; i < 10; i++) {
                try (UndertowIngress again =
                        new UndertowIngress(Site.settings(port, Site.timeouts(LONG, SHORTLY)), Site.CLOCK)) {
                    again.route(RouteSheet.shop().to(a.open()).routes());
                    again.start();
                    try (DeviceConnection device =
                            new DeviceConnection(again.endpoints().get(0))) {
                        assertEquals("a", device.get("/").response().text());
                    }
                }
            }
        }
    }

    @Test
    void aPortInUseIsOneErrorThatSaysWhereWhyAndWhatToDo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                UndertowIngress ingress =
                        new UndertowIngress(Site.settings(taken.getLocalPort(), Timeouts.DEFAULT), Site.CLOCK)) {
            String message =
                    assertThrows(IllegalStateException.class, ingress::start).getMessage();
            String at = "127.0.0.1:" + taken.getLocalPort();
            assertTrue(message.startsWith("ingress " + at + ": cannot listen: Address already in use"), message);
            assertTrue(message.contains("set another port in org.nearzero.ingress"), message);
        }
    }

    @Test
    void aComponentThatCannotListenLeavesNoThreadBehind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var config = IngressComponentTest.config(Map.of("port", taken.getLocalPort()));
            Xnio xnio = Xnio.getInstance(Xnio.class.getClassLoader());
            await().atMost(Site.PATIENCE).until(() -> ingressThreads() == 0);
            assertThrows(IllegalStateException.class, () -> new IngressComponent(config, Map.of(), xnio));
            await().atMost(Site.PATIENCE).until(() -> ingressThreads() == 0);
        }
    }

    private static long ingressThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("nearzero-ingress"))
                .count();
    }

    @Test
    void closingTwiceIsClosingOnce() {
        UndertowIngress ingress = new UndertowIngress(Site.settings(0, Timeouts.DEFAULT), Site.CLOCK, Optional.empty());
        ingress.start();
        ingress.close();
        ingress.close();
        assertThrows(IllegalStateException.class, ingress::start);
    }
}
