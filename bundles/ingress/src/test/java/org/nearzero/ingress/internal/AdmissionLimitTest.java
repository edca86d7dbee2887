package org.nearzero.ingress.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.ingress.testing.admission.Crowd;
import org.nearzero.ingress.testing.admission.DeviceConnection;
import org.nearzero.ingress.testing.admission.InstanceServer;
import org.nearzero.ingress.testing.admission.Reply;
import org.nearzero.ingress.testing.admission.Response;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;

/** The limit of each instance, as the instance itself counts. */
class AdmissionLimitTest {
    private static final int DEVICES = 48;
    private static final int MOST = 4;
    private static final int MOST_RETIRED = 200;

    /** Takes long enough that requests overlap. */
    private static Reply busily(String text) {
        IntStream.range(0, 50).forEach(i -> Thread.yield());
        return Reply.ok(text);
    }

    private static InstanceServer busy(String name) {
        return InstanceServer.serving(name, request -> busily(name)).forgetful();
    }

    /** Busy, and with its first requests only once {@code limit} of them are there: it is full for certain. */
    private static InstanceServer full(String name, int limit) {
        CountDownLatch there = new CountDownLatch(limit);
        return InstanceServer.serving(name, request -> {
                    there.countDown();
                    there.await();
                    return busily(name);
                })
                .forgetful();
    }

    /** Each makes so many requests, and goes on until it was {@code enough}. */
    private static Crowd devices(Site site, int requests, BooleanSupplier enough) {
        return Crowd.of(DEVICES, number -> {
            try (DeviceConnection device = site.connect()) {
                for (int i = 0; i < requests || !enough.getAsBoolean(); i++) {
                    Response response = device.get("/" + number + "/" + i).response();
                    assertEquals(200, response.status(), response::text);
                }
            }
        });
    }

    @Test
    void anInstanceNeverServesMoreThanTheLimitAtOnce() throws Exception {
        try (Site site = Site.start();
                InstanceServer a = full("a", 3);
                InstanceServer b = full("b", 3)) {
            site.route(RouteSheet.shop().limit(3).to(a.open(), b.open()));
            devices(site, 50, () -> true).join();
            assertEquals(List.of(3, 3), List.of(a.most(), b.most()));
            assertEquals(0, site.demand().connections());
        }
    }

    @Test
    void oneMoreThanTheLimitWaitsUntilOneLeaves() {
        try (Site site = Site.start();
                InstanceServer a = InstanceServer.holding("a");
                DeviceConnection first = site.connect();
                DeviceConnection second = site.connect()) {
            site.route(RouteSheet.shop().limit(1).to(a.open()));
            first.get("/first");
            site.awaitDemand(1, 0);
            second.get("/second");
            site.awaitDemand(1, 1);
            a.letGo(1);
            assertEquals("/first", first.response().text());
            site.awaitDemand(1, 0);
            a.letGo(1);
            assertEquals("/second", second.response().text());
            assertEquals(1, a.most());
        }
    }

    @Test
    void aDrainingInstanceFinishesWhatItHasAndGetsNoMore() {
        try (Site site = Site.start();
                InstanceServer a = InstanceServer.holding("a");
                InstanceServer b = InstanceServer.naming("b");
                DeviceConnection device = site.connect()) {
            site.route(RouteSheet.shop().to(a.open()));
            device.get("/held");
            site.awaitDemand(1, 0);
            site.route(RouteSheet.shop().to(a.draining(), b.open()));
            for (int i = 0; i < 20; i++) {
                assertEquals("b", site.get("/").text());
            }
            a.letGo(1);
            assertEquals("/held", device.response().text());
            assertEquals(1, a.requests().size());
        }
    }

    @Test
    void aHigherLimitLetsThoseInWhoWait() {
        try (Site site = Site.start();
                InstanceServer a = InstanceServer.holding("a")) {
            RouteSheet shop = RouteSheet.shop().limit(1).to(a.open());
            site.route(shop);
            List<DeviceConnection> devices =
                    IntStream.range(0, 5).mapToObj(i -> site.connect()).toList();
            devices.forEach(device -> device.get("/"));
            site.awaitDemand(1, 4);
            site.route(shop.limit(3));
            site.awaitDemand(3, 2);
            await().atMost(Site.PATIENCE).until(() -> a.now() == 3);
            site.route(shop.limit(2)); // those that are in stay in
            assertEquals(3, site.demand().inFlight());
            a.letGo(1);
            site.awaitDemand(2, 2);
            a.letGo(4);
            devices.forEach(device -> assertEquals(200, device.response().status()));
            devices.forEach(DeviceConnection::close);
            assertEquals(3, a.most());
        }
    }

    /**
     * Instances come, drain, are retired as soon as they are empty and are named again after that, and the limit changes all the
     * while: no request fails, none reaches a retired instance, and nobody serves more than the highest limit of all.
     */
    @Test
    void noRequestFailsWhileInstancesComeAndGo() throws Exception {
        Random random = new Random(17);
        AtomicInteger gone = new AtomicInteger();
        List<InstanceServer> retired = new ArrayList<>();
        Deque<InstanceServer> open = new ArrayDeque<>(List.of(busy("i0"), busy("i1"), busy("i2")));
        try (Site site = Site.start()) {
            RouteSheet shop = RouteSheet.shop().to(targets(open));
            site.route(shop);
            Crowd crowd = devices(site, 100, () -> gone.get() >= 4);
            for (int number = 3; number < 200 && !crowd.isDone(); number++) {
                InstanceServer leaving = open.remove();
                open.add(busy("i" + number));
                List<Target> targets = targets(open);
                targets.add(leaving.draining());
                site.route(shop.limit(1 + random.nextInt(MOST)).to(targets));
                await().atMost(Site.PATIENCE).until(() -> site.ingress().retire(shop.app(), leaving.id()));
                leaving.forbid();
                retired.add(leaving);
                gone.incrementAndGet();
                targets.add(leaving.open()); // it stays closed whatever the routes say
                site.route(shop.limit(1 + random.nextInt(MOST)).to(targets));
            }
            crowd.join();
            retired.addAll(open);
            assertEquals(0, retired.stream().mapToInt(InstanceServer::unwanted).sum());
            assertEquals(
                    List.of(),
                    retired.stream()
                            .map(InstanceServer::most)
                            .filter(most -> most > MOST)
                            .toList());
            assertTrue(gone.get() >= 4, "hardly any instance was retired");
            assertEquals(0, site.demand().connections());
        } finally {
            open.forEach(InstanceServer::close);
            retired.forEach(InstanceServer::close);
        }
    }

    private static List<Target> targets(Collection<InstanceServer> open) {
        return open.stream().map(InstanceServer::open).collect(Collectors.toCollection(ArrayList::new));
    }

    /**
     * The only instance is retired over and over without being drained first: the admission or the retirement wins, never both.
     * Now and then the devices fall silent until it was retired once more, or on a busy machine it might never be empty.
     */
    @Test
    void retiringAndAdmittingNeverBothSucceed() throws Exception {
        Deque<InstanceServer> all = new ArrayDeque<>(List.of(busy("r0")));
        AtomicInteger retired = new AtomicInteger();
        try (Site site = Site.start()) {
            RouteSheet shop = RouteSheet.shop().limit(2);
            site.route(shop.to(all.element().open()));
            CyclicBarrier silence = new CyclicBarrier(4, () -> {
                int before = Math.min(retired.get(), MOST_RETIRED - 1);
                await().atMost(Site.PATIENCE).until(() -> retired.get() > before);
            });
            Crowd crowd = Crowd.of(4, number -> {
                try (DeviceConnection device = site.connect()) {
                    for (int i = 0; i < 60; i++) {
                        assertEquals(200, device.get("/").response().status());
                        if (i % 20 == 10) {
                            silence.await(2 * Site.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                        }
                    }
                }
            });
            while (retired.get() < MOST_RETIRED && !crowd.isDone()) {
                InstanceServer last = all.getLast();
                if (site.ingress().retire(shop.app(), last.id())) {
                    last.forbid();
                    all.add(busy("r" + all.size()));
                    site.route(shop.to(all.getLast().open()));
                    retired.incrementAndGet();
                } else {
                    Thread.yield(); // to those who want to be admitted
                }
            }
            crowd.join();
            assertEquals(0, all.stream().mapToInt(InstanceServer::unwanted).sum());
            assertTrue(retired.get() >= 3, "hardly ever was an instance retired");
        } finally {
            all.forEach(InstanceServer::close);
        }
    }

    @Test
    void aRetiredInstanceIsConnectedToNoMore() {
        try (Site site = Site.start();
                InstanceServer a = InstanceServer.naming("a")) {
            RouteSheet shop = RouteSheet.shop().to(a.open());
            site.route(shop);
            site.get("/");
            assertEquals(1, a.connections(), "an idle connection is kept");
            assertTrue(site.ingress().retire(shop.app(), a.id()));
            await().atMost(Site.PATIENCE).until(() -> a.connections() == 0);
        }
    }

    @Test
    void anInstanceThatCarriesAConnectionIsNotRetired() {
        try (Site site = Site.start();
                InstanceServer a = InstanceServer.holding("a");
                DeviceConnection device = site.connect()) {
            RouteSheet shop = RouteSheet.shop().to(a.open());
            site.route(shop);
            device.get("/");
            site.awaitDemand(1, 0);
            assertEquals(false, site.ingress().retire(shop.app(), a.id()));
            a.letGo(2);
            assertEquals(200, device.response().status());
            assertEquals(200, device.get("/again").response().status());
        }
    }
}
