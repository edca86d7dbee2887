package org.nearzero.ingress.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.ingress.ConnectionEvent;
import org.nearzero.api.ingress.ConnectionEvent.Kind;
import org.nearzero.api.ingress.ConnectionListener;
import org.nearzero.api.model.AppId;
import org.nearzero.ingress.testing.admission.DeviceConnection;
import org.nearzero.ingress.testing.admission.Heard;
import org.nearzero.ingress.testing.admission.InstanceServer;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;

class EventsTest {
    private final Site site = Site.start();
    private final Heard heard = new Heard();
    private final InstanceServer a = InstanceServer.naming("a");

    @AfterEach
    void close() {
        site.close();
        a.close();
    }

    private void awaitEvents(int count) {
        await().atMost(Site.PATIENCE).until(() -> heard.events().size() >= count);
    }

    @Test
    void theLifeOfAConnectionIsToldInOrder() {
        site.ingress().addListener(heard);
        site.route(RouteSheet.shop());
        Instant before = Site.CLOCK.instant();
        DeviceConnection device = site.connect().get("/");
        site.awaitDemand(0, 1);
        site.route(RouteSheet.shop().to(a.open()));
        assertEquals(200, device.response().status());
        awaitEvents(4);
        assertEquals(List.of(Kind.SESSION_STARTED, Kind.PARKED, Kind.ADMITTED, Kind.RELEASED), heard.kinds());
        for (ConnectionEvent event : heard.events()) {
            assertEquals("shop", event.appId().value());
            assertEquals("127.0.0.1", event.device());
            assertFalse(event.at().isBefore(before));
            assertFalse(event.at().isAfter(Site.CLOCK.instant()));
            boolean onInstance = event.kind() == Kind.ADMITTED || event.kind() == Kind.RELEASED;
            assertEquals(onInstance, event.instance().isPresent());
        }
        assertEquals(a.id(), heard.events().get(2).instance().orElseThrow());
    }

    @Test
    void whoLeavesAndWhoIsRefusedIsTold() {
        site.ingress().addListener(heard);
        site.route(RouteSheet.shop().queue(1, 1 << 20, Duration.ofMinutes(1)));
        DeviceConnection device = site.connect().get("/");
        site.awaitDemand(0, 1);
        assertEquals(503, site.get("/").status());
        device.abort();
        awaitEvents(4);
        assertEquals(List.of(Kind.SESSION_STARTED, Kind.PARKED, Kind.REFUSED, Kind.ABANDONED), heard.kinds());
    }

    @Test
    void theyAreToldOnAThreadThatIsNotOneForConnections() {
        site.ingress().addListener(heard);
        site.route(RouteSheet.shop().to(a.open()));
        site.get("/");
        awaitEvents(3);
        heard.threads().forEach(thread -> assertEquals("nearzero-ingress-events", thread));
    }

    @Test
    void oneThatThrowsHearsOnAndHurtsNobody() {
        AtomicLong heardByBad = new AtomicLong();
        for (Throwable bad : List.of(new IllegalStateException("on purpose"), new AssertionError("on purpose"))) {
            site.ingress().addListener((events, lost) -> {
                heardByBad.addAndGet(events.size());
                EventsTest.<RuntimeException>sneak(bad);
            });
        }
        site.ingress().addListener(heard);
        site.route(RouteSheet.shop().to(a.open()));
        for (int i = 0; i < 10; i++) {
            assertEquals(200, site.get("/").status());
            int expected = 1 + 2 * (i + 1);
            awaitEvents(expected);
            await().atMost(Site.PATIENCE).until(() -> heardByBad.get() == 2 * expected);
        }
    }

    @SuppressWarnings("unchecked") // throws what it is given
    private static <T extends Throwable> void sneak(Throwable bad) throws T {
        throw (T) bad;
    }

    @Test
    void oneThatBlocksHurtsNobodyAndIsToldHowManyItLost() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        AtomicLong got = new AtomicLong();
        AtomicLong missed = new AtomicLong();
        ConnectionListener blocking = (events, lost) -> {
            got.addAndGet(events.size());
            missed.addAndGet(lost);
            try {
                blocked.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        site.ingress().addListener(blocking);
        site.ingress().addListener(heard);
        site.route(RouteSheet.shop().queue(0, 0, Duration.ofMinutes(1)));
        int requests = 20_000; // more than its ring holds
        try (DeviceConnection device = site.connect()) {
            for (int i = 0; i < requests; i += 100) {
                device.send(DeviceConnection.head("GET", "/").repeat(100));
                for (int j = 0; j < 100; j++) {
                    assertEquals(503, device.response().status());
                }
                if (i % 5_000 == 0) {
                    awaitEvents(i); // the one that does not block keeps up, and loses none
                }
            }
        }
        awaitEvents(requests + 1);
        blocked.countDown();
        await().atMost(Site.PATIENCE).until(() -> got.get() + missed.get() == requests + 1);
        assertTrue(missed.get() > 0, "none was lost");
        assertTrue(heard.batches().stream().allMatch(batch -> batch <= 512));
    }

    @Test
    void theyComeInBatchesToOneThatIsSlow() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Heard behind = new Heard();
        try (Events events = new Events(Clock.systemUTC())) {
            events.add((batch, lost) -> {
                behind.onEvents(batch, lost);
                first.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            events.happened(Kind.REFUSED, new AppId("shop"), "ue", null, System.nanoTime());
            first.await();
            for (int i = 0; i < 600; i++) {
                events.happened(Kind.REFUSED, new AppId("shop"), "ue", null, System.nanoTime());
            }
            go.countDown();
            await().atMost(Site.PATIENCE).until(() -> behind.events().size() == 601);
            assertEquals(List.of(1, 512, 88), behind.batches());
        }
    }

    @Test
    void oneThatIsRemovedHearsNoMore() {
        site.ingress().addListener(heard);
        site.route(RouteSheet.shop().to(a.open()));
        site.get("/");
        awaitEvents(3);
        site.ingress().removeListener(heard);
        Heard other = new Heard();
        site.ingress().addListener(other);
        site.get("/");
        await().atMost(Site.PATIENCE).until(() -> other.events().size() == 2);
        assertEquals(3, heard.events().size());
    }
}
