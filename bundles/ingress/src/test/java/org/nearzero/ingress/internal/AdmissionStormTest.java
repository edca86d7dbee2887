package org.nearzero.ingress.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.nearzero.ingress.testing.admission.Crowd;
import org.nearzero.ingress.testing.admission.DeviceConnection;
import org.nearzero.ingress.testing.admission.Incoming;
import org.nearzero.ingress.testing.admission.InstanceServer;
import org.nearzero.ingress.testing.admission.Reply;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;

/**
 * Devices that leave in every way there is, instances that die and lie, routes that change: whatever happens, in the end each
 * count is exactly zero, and nothing is left open.
 */
class AdmissionStormTest {
    private static final int DEVICES = 24;
    private static final int ACTIONS = 40;
    private static final int MOST_ACTIONS = 2_000;
    private static final Duration TIMEOUT = Duration.ofMillis(800);

    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger tied = new AtomicInteger();

    @Test
    void everyCountReturnsToZero() throws Exception {
        List<InstanceServer> all = new ArrayList<>();
        try (Site site = Site.trusting(Site.timeouts(TIMEOUT, Duration.ofMinutes(2)))) {
            RouteSheet shop =
                    RouteSheet.shop().queue(20, 1 << 20, Duration.ofMillis(500)).idle(Duration.ofMillis(50));
            all.add(instance(0));
            site.route(shop.to(all.get(0).open()));
            Crowd crowd = Crowd.of(DEVICES, number -> device(site, new Random(number)));
            rage(site, shop, all, crowd);
            crowd.join();
            assertTrue(isEnough(), () -> served + " served, " + tied + " tied");

            site.awaitDemand(demand -> demand.connections() == 0
                    && demand.waitingBytes() == 0
                    && demand.devices() == 0
                    && demand.sessions() == 0
                    && demand.perInstance().values().stream().allMatch(count -> count == 0));
            await().atMost(Site.PATIENCE).until(() -> site.deviceConnections() == 0);
            await().atMost(Site.PATIENCE).until(() -> all.stream().allMatch(instance -> instance.connections() == 0));
            // Nothing is in flight on any thread, or this would take the drain time, which is longer than anybody waits
            // here.
            Thread closing = new Thread(site::close);
            closing.start();
            await().atMost(Site.PATIENCE).until(() -> !closing.isAlive());
        } finally {
            all.forEach(InstanceServer::close);
        }
    }

    /** Until the crowd is done; then all is in order again. */
    private static void rage(Site site, RouteSheet shop, List<InstanceServer> all, Crowd crowd) {
        Random random = new Random(99);
        while (!crowd.isDone()) {
            InstanceServer current = all.get(all.size() - 1);
            switch (random.nextInt(7)) {
                case 0 -> current.breakConnections();
                case 1 -> {
                    InstanceServer next = instance(all.size());
                    all.add(next);
                    site.route(shop.limit(1 + random.nextInt(5)).to(current.draining(), next.open()));
                    current.close();
                }
                case 2 -> site.route(shop.to());
                case 3 -> site.route(shop.refuse("for a moment", Instant.now().plusSeconds(5)));
                case 4 -> site.ingress().withdraw(shop.app(), "for a moment");
                case 5 ->
                    site.ingress()
                            .retire(
                                    shop.app(),
                                    all.get(random.nextInt(all.size())).id());
                default -> site.demand();
            }
            pauseFor(site, random.nextInt(5));
            InstanceServer last = all.get(all.size() - 1);
            if (site.ingress().retire(shop.app(), last.id())) {
                all.add(instance(all.size()));
            }
            site.route(shop.park()
                    .limit(1 + random.nextInt(5))
                    .to(all.get(all.size() - 1).open()));
            pauseFor(site, 20);
        }
    }

    /** Time passes in round trips. */
    private static void pauseFor(Site site, int roundTrips) {
        for (int i = 0; i < roundTrips; i++) {
            try {
                site.getAt("nobody.example", "/");
            } catch (UncheckedIOException e) {
                // Cut off, as one is that takes longer than the timeouts.
            }
        }
    }

    private static InstanceServer instance(int number) {
        return InstanceServer.serving("i" + number, AdmissionStormTest::serve).forgetful();
    }

    private static Reply serve(Incoming request) {
        if (request.fields().containsKey("upgrade")) {
            return Reply.echoing();
        }
        return switch (ThreadLocalRandom.current().nextInt(10)) {
            case 0 -> Reply.hangUp();
            case 1 -> new Reply("nonsense\r\n\r\n".getBytes(), null);
            case 2 -> new Reply("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".getBytes(), (in, out) -> {});
            case 3 ->
                new Reply(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".getBytes(), null);
            case 4 -> Reply.of("500 Oh", "x".repeat(40_000));
            default -> Reply.ok("fine");
        };
    }

    /** Whether enough went well for what goes wrong to be worth something: on a busy machine most is cut off at first. */
    private boolean isEnough() {
        return served.get() > DEVICES && tied.get() > DEVICES;
    }

    private void device(Site site, Random random) {
        for (int i = 0; i < ACTIONS || i < MOST_ACTIONS && !isEnough(); i++) {
            String me = "X-Device-Id: ue-" + random.nextInt(10);
            try (DeviceConnection device = site.connect()) {
                act(device, random, me);
            } catch (UncheckedIOException e) {
                // Broken, as it may be in a storm.
            }
        }
    }

    private void act(DeviceConnection device, Random random, String me) {
        switch (random.nextInt(9)) {
            case 0 -> device.get("/", me).abort();
            case 1 -> device.get("/", me).finish();
            case 2 -> device.send(DeviceConnection.head("POST", "/", me, "Content-Length: 50000") + "x".repeat(20_000));
            case 3 ->
                device.send(DeviceConnection.head("POST", "/", me, "Transfer-Encoding: chunked") + "5\r\nhello")
                        .abort();
            case 4 ->
                device.send(DeviceConnection.head("GET", "/", me, "Connection: upgrade", "Upgrade: x") + "early")
                        .abort();
            case 5, 6 -> webSocket(device, random, me);
            default -> {
                for (int i = 0; i < 5; i++) {
                    String body = "x".repeat(random.nextInt(3_000));
                    device.send(DeviceConnection.head("PUT", "/", me, "Content-Length: " + body.length()) + body);
                    if (device.response().status() == 200) {
                        served.incrementAndGet();
                    }
                }
            }
        }
    }

    private void webSocket(DeviceConnection device, Random random, String me) {
        device.get("/", me, "Connection: Upgrade", "Upgrade: websocket");
        if (device.response().status() != 101) {
            return;
        }
        tied.incrementAndGet();
        byte[] frame = new byte[1 + random.nextInt(60_000)];
        device.send(frame).read(frame.length);
        switch (random.nextInt(3)) {
            case 0 -> device.abort();
            case 1 -> device.finish().readToEnd();
            default -> device.send(frame);
        }
    }
}
