package org.nearzero.ingress.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.ingress.testing.admission.Crowd;
import org.nearzero.ingress.testing.admission.DeviceConnection;
import org.nearzero.ingress.testing.admission.Incoming;
import org.nearzero.ingress.testing.admission.InstanceServer;
import org.nearzero.ingress.testing.admission.Reply;
import org.nearzero.ingress.testing.admission.Response;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;

class ParkingTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Site site = Site.start();
    private final RouteSheet shop = RouteSheet.shop();
    private final InstanceServer a = InstanceServer.naming("a");

    @AfterEach
    void close() {
        site.close();
        a.close();
    }

    /** Parks one after the other, so that their order is certain. */
    private List<DeviceConnection> park(int count) {
        List<DeviceConnection> devices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            devices.add(site.connect().get("/" + i));
            site.awaitDemand(0, i + 1);
        }
        return devices;
    }

    @Test
    void thoseWhoWaitGoThroughInTheOrderTheyCameWhenTheRouteOpens() {
        site.route(shop.limit(1));
        List<DeviceConnection> devices = park(40);
        site.route(shop.to(a.open()));
        devices.forEach(device -> assertEquals("a", device.response().text()));
        assertEquals(
                IntStream.range(0, 40).mapToObj(i -> "/" + i).toList(),
                a.requests().stream().map(Incoming::path).toList());
        assertEquals(1, a.most());
        devices.forEach(DeviceConnection::close);
    }

    @Test
    void aThousandWhoWaitAllGoThrough() throws Exception {
        site.route(shop.limit(16));
        Crowd crowd = Crowd.of(100, number -> {
            List<DeviceConnection> devices = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                devices.add(site.connect().get("/" + number));
            }
            for (DeviceConnection device : devices) {
                assertEquals("a", device.response().text());
                device.close();
            }
        });
        site.awaitDemand(0, 1_000);
        site.route(shop.to(a.open()));
        crowd.join();
        assertTrue(a.most() <= 16, () -> "at once: " + a.most());
        assertEquals(0, site.demand().connections());
        assertEquals(1_000, a.requests().size());
    }

    @Test
    void oneTooManyIsAnswered503WithRetryAfter() {
        site.route(shop.queue(2, 1 << 20, LONG));
        List<DeviceConnection> devices = park(2);
        Response response = site.get("/");
        assertEquals(503, response.status());
        assertEquals("1", response.fields().get("retry-after"));
        assertEquals(
                "{\"status\":503,\"code\":\"UNAVAILABLE\",\"message\":\"shop: as many connections wait as may: 2\"}",
                response.text());
        assertEquals(2, site.demand().waiting());
        devices.forEach(DeviceConnection::close);
    }

    @Test
    void oneThatHoldsTooManyBytesIsAnswered503() {
        site.route(shop.queue(100, 12_000, LONG));
        DeviceConnection first =
                site.connect().send(DeviceConnection.head("POST", "/", "Content-Length: 8000") + "x".repeat(8000));
        long held = site.awaitDemand(0, 1).waitingBytes();
        assertTrue(held > 8_000 && held < 8_200, () -> "held: " + held);
        Response refused = site.connect()
                .send(DeviceConnection.head("POST", "/", "Content-Length: 8000") + "x".repeat(8000))
                .response();
        assertEquals(503, refused.status());
        assertTrue(refused.text().contains("as many bytes as they may: 12000"), refused::text);
        DeviceConnection small = site.connect().get("/small");
        site.awaitDemand(0, 2);
        site.route(shop.to(a.open()));
        assertEquals("a", first.response().text());
        assertEquals("a", small.response().text());
        assertEquals(0, site.demand().waitingBytes());
    }

    @Test
    void oneThatWaitsTooLongIsAnswered503() {
        site.route(shop.queue(100, 1 << 20, Duration.ofMillis(50)));
        Response response = site.get("/");
        assertEquals(503, response.status());
        assertEquals("1", response.fields().get("retry-after"));
        assertTrue(response.text().contains("no room within"), response::text);
        assertEquals(0, site.demand().connections());
    }

    @Test
    void aShorterDeadlineHoldsForThoseWhoWaitAlready() {
        site.route(shop);
        DeviceConnection device = park(1).get(0);
        site.route(shop.queue(100, 1 << 20, Duration.ofMillis(10)));
        assertEquals(503, device.response().status());
    }

    @Test
    void aFailedStartAnswersAllWhoWaitAtOnceAndNewOnesUntilItIsTriedAgain() {
        site.route(shop);
        List<DeviceConnection> devices = park(3);
        site.route(shop.refuse("image not found", Instant.now().plusSeconds(3_600)));
        for (DeviceConnection device : devices) {
            Response response = device.response();
            assertEquals(503, response.status());
            assertTrue(response.text().contains("shop: image not found"), response::text);
            assertTrue(Integer.parseInt(response.fields().get("retry-after")) > 3_500);
        }
        assertEquals(503, site.get("/").status());
        assertEquals(0, site.demand().connections());
        site.route(shop.refuse("image not found", Instant.now().minusSeconds(1)));
        DeviceConnection again = park(1).get(0);
        site.route(shop.park().to(a.open()));
        assertEquals("a", again.response().text());
    }

    @Test
    void aRefusedDeviceCanUseItsConnectionAgain() {
        site.route(shop.refuse("no", Instant.now().plusSeconds(60)));
        try (DeviceConnection device = site.connect()) {
            assertEquals(503, device.get("/").response().status());
            site.route(shop.park().to(a.open()));
            assertEquals("a", device.get("/").response().text());
        }
    }

    @Test
    void aWithdrawalAnswersThoseWhoWait() {
        site.route(shop);
        DeviceConnection device = park(1).get(0);
        site.ingress().withdraw(shop.app(), "deleted by its provider");
        Response response = device.response();
        assertEquals(503, response.status());
        assertTrue(response.text().contains("deleted by its provider"), response::text);
    }

    @Test
    void oneWhoLeavesIsCountedOutAndTheOthersMoveUp() {
        site.route(shop.limit(1));
        List<DeviceConnection> devices = park(4);
        devices.get(0).close();
        site.awaitDemand(0, 3);
        devices.get(2).abort();
        site.awaitDemand(0, 2);
        site.route(shop.to(a.open()));
        assertEquals("a", devices.get(1).response().text());
        assertEquals("a", devices.get(3).response().text());
        assertEquals(
                List.of("/1", "/3"), a.requests().stream().map(Incoming::path).toList());
    }

    @Test
    void aStartMayTakeLongerThanEveryTimeout() {
        Duration shortly = Duration.ofMillis(100);
        InstanceServer silent = InstanceServer.holding("silent");
        try (Site hasty = Site.start(Site.timeouts(shortly, shortly));
                silent) {
            hasty.route(RouteSheet.of("other").at("other.example", "/").to(silent.open()));
            hasty.route(shop);
            // A request that comes too late for a timeout of such a site does not wait, but the next one may.
            await().atMost(Site.PATIENCE).pollInterval(shortly).until(() -> {
                boolean waits = hasty.demand().waiting() > 0;
                if (!waits) {
                    sendInHaste(hasty);
                }
                return waits;
            });
            for (int i = 0; i < 5; i++) {
                await().atMost(Site.PATIENCE)
                        .pollDelay(Duration.ZERO)
                        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                        .until(() -> hasty.getAt("other.example", "/").status() == 504); // the response timeout passes
                hasty.connect().readToEnd(); // the timeout of a connection without a request passes
            }
            int waiting = hasty.demand().waiting();
            assertTrue(waiting > 0, "it was given up");
            hasty.route(shop.to(a.open()));
            await().atMost(Site.PATIENCE).until(() -> a.requests().size() == waiting);
        }
    }

    private static void sendInHaste(Site hasty) {
        try {
            hasty.connect().get("/");
        } catch (UncheckedIOException e) {
            // Cut off already.
        }
    }

    @Test
    void bothWaitAtOnceWhenTheOnlyInstanceDies() {
        InstanceServer mortal = InstanceServer.serving("mortal", request -> Reply.ok("mortal"));
        site.route(shop.to(mortal.open()));
        assertEquals("mortal", site.get("/").text());
        mortal.close();
        site.route(shop.to());
        List<DeviceConnection> devices = park(2);
        site.route(shop.to(a.open()));
        devices.forEach(device -> assertEquals("a", device.response().text()));
        await().atMost(Site.PATIENCE).until(() -> site.demand().connections() == 0);
    }
}
