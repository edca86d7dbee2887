package org.nearzero.ingress.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.ingress.ConnectionEvent;
import org.nearzero.api.ingress.ConnectionEvent.Kind;
import org.nearzero.ingress.testing.admission.DeviceConnection;
import org.nearzero.ingress.testing.admission.Heard;
import org.nearzero.ingress.testing.admission.InstanceServer;
import org.nearzero.ingress.testing.admission.Reply;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;

/** Sessions as the proxy counts them. The site trusts its clients, so that a test says whose connection each is. */
class SessionsOverSocketsTest {
    private static final Duration NEVER = Duration.ofDays(1);
    private static final Duration SHORTLY = Duration.ofMillis(300);

    private final Site site = Site.trusting();
    private final Heard heard = new Heard();
    private final InstanceServer a = InstanceServer.holding("a");
    private final RouteSheet shop = RouteSheet.shop().to(a.open());

    @BeforeEach
    void listen() {
        site.ingress().addListener(heard);
    }

    @AfterEach
    void close() {
        site.close();
        a.close();
    }

    private DeviceConnection get(String device) {
        return site.connect().get("/", "X-Device-Id: " + device);
    }

    private void assertSessionsAndDevices(int sessions, int devices) {
        site.awaitDemand(demand -> demand.sessions() == sessions && demand.devices() == devices);
    }

    @Test
    void oneDeviceWithSeveralConnectionsIsOneSession() {
        site.route(shop.idle(NEVER));
        List<DeviceConnection> devices = List.of(get("ue-1"), get("ue-1"), get("ue-1"), get("ue-2"));
        site.awaitDemand(4, 0);
        assertSessionsAndDevices(2, 2);
        devices.get(3).close();
        assertSessionsAndDevices(2, 1);
        a.letGo(4);
        devices.subList(0, 3)
                .forEach(device -> assertEquals(200, device.response().status()));
        assertSessionsAndDevices(2, 0);
    }

    @Test
    void aDeviceThatWaitsHasASession() {
        site.route(RouteSheet.shop().idle(NEVER));
        try (DeviceConnection device = get("ue-1")) {
            site.awaitDemand(0, 1);
            assertSessionsAndDevices(1, 1);
            device.abort();
            assertSessionsAndDevices(1, 0);
        }
    }

    @Test
    void aSessionEndsItsIdleTimeAfterTheLastConnection() {
        site.route(shop.idle(SHORTLY));
        DeviceConnection device = get("ue-1");
        site.awaitDemand(1, 0);
        Instant half = Instant.now().plus(SHORTLY.dividedBy(2));
        await().atMost(Site.PATIENCE).until(() -> Instant.now().isAfter(half)); // it does not count from the beginning
        long before = System.nanoTime();
        a.letGo(1);
        assertEquals(200, device.response().status());
        await().atMost(Site.PATIENCE).until(() -> heard.count(Kind.SESSION_ENDED) == 1);
        Duration idle = Duration.ofNanos(System.nanoTime() - before);
        assertSessionsAndDevices(0, 0);
        assertEquals(false, idle.compareTo(SHORTLY) < 0, () -> "ended after " + idle);
    }

    @Test
    void aSessionLivesAsLongAsAConnectionDoesHoweverShortTheIdleTime() {
        try (InstanceServer echo = InstanceServer.serving("echo", request -> Reply.echoing())) {
            site.route(RouteSheet.shop().idle(Duration.ofMillis(20)).to(echo.open()));
            DeviceConnection lasting =
                    site.connect().get("/", "X-Device-Id: ue-1", "Connection: upgrade", "Upgrade: websocket");
            assertEquals(101, lasting.response().status());
            for (int i = 0; i < 5; i++) {
                long ended = heard.count(Kind.SESSION_ENDED);
                DeviceConnection passing =
                        site.connect().get("/", "X-Device-Id: ue-2", "Connection: upgrade", "Upgrade: websocket");
                assertEquals(101, passing.response().status());
                passing.close();
                await().atMost(Site.PATIENCE).until(() -> heard.count(Kind.SESSION_ENDED) > ended);
            }
            assertEquals(1, site.demand().sessions());
            lasting.close();
            assertSessionsAndDevices(0, 0);
            assertEquals("ue-1", last(Kind.SESSION_ENDED).device());
        }
    }

    @Test
    void aShorterIdleTimeHoldsForSessionsThatThereAre() {
        site.route(shop.idle(NEVER));
        DeviceConnection device = get("ue-1");
        a.letGo(1);
        assertEquals(200, device.response().status());
        assertSessionsAndDevices(1, 0);
        site.route(shop.idle(Duration.ofMillis(10)));
        assertSessionsAndDevices(0, 0);
    }

    private ConnectionEvent last(Kind kind) {
        return heard.events().stream()
                .filter(event -> event.kind() == kind)
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }
}
