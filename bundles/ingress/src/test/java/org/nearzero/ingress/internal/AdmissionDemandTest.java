package org.nearzero.ingress.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.DemandListener;
import org.nearzero.api.ingress.Peak;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Subscription;
import org.nearzero.ingress.testing.admission.DeviceConnection;
import org.nearzero.ingress.testing.admission.Heard;
import org.nearzero.ingress.testing.admission.InstanceServer;
import org.nearzero.ingress.testing.admission.Refusing;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;

/** What the orchestrator is told, and when. */
class AdmissionDemandTest {
    private final Site site = Site.start();
    private final RouteSheet shop = RouteSheet.shop();
    private final Heard heard = new Heard();
    private final InstanceServer a = InstanceServer.holding("a");
    private final InstanceServer b = InstanceServer.holding("b");

    @AfterEach
    void close() {
        site.close();
        a.close();
        b.close();
    }

    private List<DeviceConnection> get(int count) {
        return IntStream.range(0, count).mapToObj(i -> site.connect().get("/")).toList();
    }

    private void awaitChanges(int count) {
        await().atMost(Site.PATIENCE).until(() -> heard.changes().size() == count);
    }

    @Test
    void eachConnectionIsCountedOnItsInstance() {
        site.route(shop.limit(2).to(a.open(), b.open()));
        get(5);
        Demand demand = site.awaitDemand(4, 1);
        assertEquals(Map.of(a.id(), 2, b.id(), 2), demand.perInstance());
        a.letGo(3);
        demand = site.awaitDemand(2, 0);
        assertEquals(Map.of(a.id(), 0, b.id(), 2), demand.perInstance());
    }

    @Test
    void anUnknownApplicationHasNoDemand() {
        assertEquals(Demand.none(new AppId("nobody")), site.ingress().demand(new AppId("nobody")));
    }

    @Test
    void thePeakSinceTheLastReadingIsToldThoughItHasPassed() {
        site.route(shop.to(a.open()));
        List<DeviceConnection> devices = get(3);
        await().atMost(Site.PATIENCE).until(() -> a.now() == 3);
        a.letGo(3);
        devices.forEach(device -> assertEquals(200, device.response().status()));
        Demand demand = site.demand();
        assertEquals(0, demand.connections());
        assertEquals(List.of(3), demand.recent().stream().map(Peak::connections).toList());
        assertEquals(List.of(), site.demand().recent());
    }

    @Test
    void oneThatWaitsIsToldOnceUntilDemandIsRead() {
        site.ingress().watch(heard);
        site.route(shop);
        get(1);
        awaitChanges(1);
        assertEquals(shop.app(), heard.changes().get(0));
        assertEquals(503, refuseOne());
        assertEquals(1, heard.changes().size(), "demand was not read");
        site.awaitDemand(0, 1);
        get(1);
        awaitChanges(2);
    }

    /** A round trip through the ingress. */
    private int refuseOne() {
        site.route(RouteSheet.of("other").at("other.example", "/").queue(0, 0, java.time.Duration.ofMinutes(1)));
        return site.getAt("other.example", "/").status();
    }

    @Test
    void itIsToldWhenFewerInstancesAreNeeded() {
        site.route(shop.limit(2).to(a.open(), b.open()));
        List<DeviceConnection> devices = get(4);
        site.awaitDemand(4, 0);
        site.ingress().watch(heard);
        assertEquals(4, site.demand().connections());
        a.letGo(1);
        await().atMost(Site.PATIENCE).until(() -> a.now() == 1);
        b.letGo(1);
        awaitChanges(1);
        assertEquals(2, site.awaitDemand(2, 0).connections());
        a.letGo(1);
        b.letGo(1);
        awaitChanges(2);
        devices.forEach(device -> assertEquals(200, device.response().status()));
    }

    @Test
    void anInstanceThatAcceptsNoConnectionIsSuspectedAndTheOtherServes() {
        try (Refusing dead = new Refusing();
                InstanceServer alive = InstanceServer.naming("alive")) {
            site.ingress().watch(heard);
            site.route(shop.to(dead.open("dead"), alive.open()));
            for (int i = 0; i < 20; i++) {
                assertEquals("alive", site.get("/").text());
            }
            await().atMost(Site.PATIENCE).until(() -> !heard.suspicions().isEmpty());
            String suspicion = heard.suspicions().get(0);
            assertTrue(suspicion.startsWith("shop shop.dead does not accept connections"), suspicion);
            assertEquals(0, site.demand().connections());
        }
    }

    @Test
    void anInstanceThatBreaksAConnectionIsSuspected() {
        site.ingress().watch(heard);
        site.route(shop.to(a.open()));
        DeviceConnection device = site.connect().get("/");
        await().atMost(Site.PATIENCE).until(() -> a.now() == 1);
        a.breakConnections();
        assertEquals(502, device.response().status());
        assertTrue(heard.suspicions().get(0).startsWith("shop shop.a "), heard.suspicions()::toString);
        site.awaitDemand(0, 0);
    }

    @Test
    void aListenerThatThrowsHurtsNeitherTheOthersNorTheDevice() {
        site.ingress().watch(new DemandListener() {
            @Override
            public void demandChanged(AppId appId) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void suspected(AppId appId, AppInstanceId instance, String reason) {
                throw new IllegalStateException("on purpose");
            }
        });
        site.ingress().watch(heard);
        site.route(shop);
        DeviceConnection device = get(1).get(0);
        awaitChanges(1);
        site.route(shop.to(a.open()));
        a.letGo(1);
        assertEquals(200, device.response().status());
    }

    /** One that waits for another thread that routes would wait for ever if it were called under a lock. */
    @Test
    void aListenerMayWaitForSomebodyWhoRoutes() {
        site.route(shop);
        get(1);
        site.awaitDemand(0, 1);
        AtomicReference<AppId> told = new AtomicReference<>();
        site.ingress().watch(new DemandListener() {
            @Override
            public void demandChanged(AppId appId) {
                CompletableFuture.runAsync(
                                () -> site.route(RouteSheet.of("other").at("other.example", "/")))
                        .orTimeout(Site.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        .join();
                told.set(appId);
            }

            @Override
            public void suspected(AppId appId, AppInstanceId instance, String reason) {}
        });
        site.route(shop.refuse("on purpose", Instant.MAX));
        assertEquals(shop.app(), told.get());
    }

    @Test
    void onceUnsubscribedItHearsNoMore() {
        Subscription subscription = site.ingress().watch(heard);
        subscription.close();
        subscription.close();
        Heard other = new Heard();
        site.ingress().watch(other);
        site.route(shop);
        get(1);
        await().atMost(Site.PATIENCE).until(() -> other.changes().size() == 1);
        assertEquals(0, heard.changes().size());
    }
}
