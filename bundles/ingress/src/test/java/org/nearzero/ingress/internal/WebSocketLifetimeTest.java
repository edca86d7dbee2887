package org.nearzero.ingress.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.nearzero.ingress.testing.admission.DeviceConnection;
import org.nearzero.ingress.testing.admission.InstanceServer;
import org.nearzero.ingress.testing.admission.Reply;
import org.nearzero.ingress.testing.admission.Response;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;

/** How long a WebSocket lives, and what it counts for meanwhile. */
class WebSocketLifetimeTest {
    private static final Duration SHORTLY = Duration.ofMillis(100);

    private static DeviceConnection open(Site site) {
        DeviceConnection device = site.connect().upgrade("/", "websocket");
        assertEquals(101, device.response().status());
        return device;
    }

    /** The same at a site in such a hurry that on a busy machine it may not be done in time: then another. */
    private static DeviceConnection openInTime(Site site) {
        return await().atMost(Site.PATIENCE)
                .pollDelay(Duration.ZERO)
                .until(
                        () -> {
                            DeviceConnection device = site.connect();
                            if (status(() -> device.upgrade("/", "websocket").response()) == 101) {
                                return device;
                            }
                            device.close();
                            return null;
                        },
                        Objects::nonNull);
    }

    /** 0 if the connection was cut first. */
    private static int status(Supplier<Response> response) {
        try {
            return response.get().status();
        } catch (UncheckedIOException e) {
            return 0;
        }
    }

    private static void awaitStatus(int expected, Supplier<Response> response) {
        await().atMost(Site.PATIENCE).pollDelay(Duration.ZERO).until(() -> status(response) == expected);
    }

    private static Response halfSent(Site site, String beginning) {
        try (DeviceConnection device = site.connect()) {
            return device.send(beginning).response();
        }
    }

    private static InstanceServer echo(String name) {
        return InstanceServer.serving(name, request -> Reply.echoing());
    }

    private static void assertAlive(DeviceConnection device) {
        assertEquals("ping", new String(device.send("ping").read(4)));
    }

    /** Sees each timeout pass for somebody else, over and over, while nothing goes through the WebSocket. */
    @Test
    void anIdleOneOutlivesEveryTimeout() {
        try (Site site = Site.start(Site.timeouts(SHORTLY, SHORTLY));
                InstanceServer echo = echo("echo");
                InstanceServer silent = InstanceServer.holding("silent")) {
            site.route(RouteSheet.shop().to(echo.open()));
            site.route(RouteSheet.of("other").at("other.example", "/").to(silent.open()));
            try (DeviceConnection device = openInTime(site)) {
                for (int i = 0; i < 5; i++) {
                    awaitStatus(504, () -> site.getAt("other.example", "/")); // response timeout
                    site.connect().readToEnd(); // keep-alive timeout
                    awaitStatus(0, () -> halfSent(site, "GET / HT")); // header timeout
                    awaitStatus(
                            408,
                            () -> halfSent(
                                    site, DeviceConnection.head("POST", "/", "Content-Length: 9") + "x")); // body
                }
                assertAlive(device);
                assertEquals(1, site.demand().inFlight());
            }
            site.awaitDemand(0, 0);
        }
    }

    @Test
    void whenOneSideHasEndedAndNothingFlowsTheOtherIsGivenUp() {
        CountDownLatch never = new CountDownLatch(1);
        try (Site site = Site.start(Site.timeouts(SHORTLY, SHORTLY));
                InstanceServer stuck = InstanceServer.serving(
                        "stuck", request -> Reply.switched("websocket", (in, out) -> never.await()))) {
            site.route(RouteSheet.shop().to(stuck.open()));
            try (DeviceConnection device = openInTime(site)) {
                assertEquals(0, device.finish().readToEnd());
                site.awaitDemand(0, 0);
            }
        }
    }

    @Test
    void itCountsAsOneConnectionAllAlong() {
        try (Site site = Site.start();
                InstanceServer echo = echo("echo")) {
            site.route(RouteSheet.shop().limit(1).to(echo.open()));
            DeviceConnection device = open(site);
            for (int i = 0; i < 10; i++) {
                assertAlive(device);
                assertEquals(Map.of(echo.id(), 1), site.demand().perInstance());
            }
            DeviceConnection waiting = site.connect().upgrade("/", "websocket");
            site.awaitDemand(1, 1);
            device.close();
            assertEquals(101, waiting.response().status());
            assertEquals(Map.of(echo.id(), 1), site.demand().perInstance());
            waiting.close();
            site.awaitDemand(0, 0);
        }
    }

    @Test
    void itStaysOpenThroughDrainingALowerLimitAndScaleIn() {
        try (Site site = Site.start();
                InstanceServer a = echo("a");
                InstanceServer b = echo("b")) {
            RouteSheet shop = RouteSheet.shop().limit(3).to(a.open());
            site.route(shop);
            List<DeviceConnection> devices = List.of(open(site), open(site), open(site));
            site.route(shop.limit(1).to(a.open(), b.open()));
            devices.forEach(WebSocketLifetimeTest::assertAlive);
            site.route(shop.to(a.draining(), b.open()));
            devices.forEach(WebSocketLifetimeTest::assertAlive);
            assertEquals(false, site.ingress().retire(shop.app(), a.id()));
            site.route(shop.to(b.open()));
            devices.forEach(WebSocketLifetimeTest::assertAlive);
            assertEquals(3, site.demand().on(a.id()));
            site.ingress().withdraw(shop.app(), "deleted");
            devices.forEach(WebSocketLifetimeTest::assertAlive);
            devices.forEach(DeviceConnection::close);
            site.awaitDemand(0, 0);
            assertEquals(true, site.ingress().retire(shop.app(), a.id()));
        }
    }
}
