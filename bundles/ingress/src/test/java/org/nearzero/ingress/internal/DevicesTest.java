package org.nearzero.ingress.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nearzero.api.ingress.ConnectionEvent;
import org.nearzero.api.ingress.ConnectionEvent.Kind;
import org.nearzero.api.ingress.ConnectionRequest;
import org.nearzero.api.ingress.DeviceIdentifier;
import org.nearzero.ingress.testing.admission.Heard;
import org.nearzero.ingress.testing.admission.InstanceServer;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;

/** Whose a connection is taken to be. */
class DevicesTest {
    private final Site site = Site.start();
    private final Site trusting = Site.trusting();
    private final InstanceServer a = InstanceServer.naming("a");

    @AfterEach
    void close() {
        site.close();
        trusting.close();
        a.close();
    }

    /** Whose the site says that a request is. */
    private String device(Site at, String... fields) {
        Heard heard = new Heard();
        at.ingress().addListener(heard);
        at.route(RouteSheet.shop().to(a.open()));
        assertEquals(200, at.get("/", fields).status());
        await().atMost(Site.PATIENCE).until(() -> heard.count(Kind.ADMITTED) == 1);
        at.ingress().removeListener(heard);
        return heard.events().stream()
                .filter(event -> event.kind() == Kind.ADMITTED)
                .map(ConnectionEvent::device)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theSourceAddressIsTheDeviceIfNobodyKnowsBetter() {
        assertEquals("127.0.0.1", device(site));
    }

    @Test
    void theHeaderCountsFromATrustedPeerOnly() {
        assertEquals("ue-1", device(trusting, "X-Device-Id: ue-1"));
        assertEquals("127.0.0.1", device(site, "X-Device-Id: ue-1"));
    }

    @Test
    void theHighestRankingThatKnowsIsBelieved() {
        site.ingress().addIdentifier(request -> Optional.of("low"), -5);
        site.ingress().addIdentifier(request -> Optional.of("middle"), 0);
        DeviceIdentifier high = request -> Optional.of("high");
        site.ingress().addIdentifier(high, 7);
        site.ingress().addIdentifier(request -> Optional.empty(), 9);
        assertEquals("high", device(site));
        site.ingress().removeIdentifier(high);
        assertEquals("middle", device(site));
    }

    @Test
    void anIdentifierSeesThePeerAndItsFields() {
        AtomicInteger port = new AtomicInteger();
        site.ingress()
                .addIdentifier(
                        request -> {
                            port.set(request.peer().getPort());
                            return Optional.of(request.fromTrustedPeer() + " " + request.header("x-sim")
                                    + request.header("x-none"));
                        },
                        0);
        assertEquals("false [1, 2][]", device(site, "X-Sim: 1", "X-SIM: 2"));
        assertEquals(true, port.get() > 0);
    }

    static Stream<DeviceIdentifier> bad() {
        return Stream.of(
                request -> {
                    throw new IllegalStateException("on purpose");
                },
                request -> {
                    throw new NoClassDefFoundError("on purpose");
                },
                request -> {
                    throw new AssertionError("on purpose");
                },
                DevicesTest::overflow,
                request -> null,
                request -> Optional.of(""),
                request -> Optional.of("   "),
                request -> Optional.of("x".repeat(257)));
    }

    private static Optional<String> overflow(ConnectionRequest request) {
        return Optional.of(overflow(request).orElse("") + "x");
    }

    @ParameterizedTest
    @MethodSource
    void bad(DeviceIdentifier identifier) {
        site.ingress().addIdentifier(identifier, 10);
        for (int i = 0; i < 3; i++) {
            assertEquals("127.0.0.1", device(site));
        }
        site.ingress().addIdentifier(request -> Optional.of("next"), 5);
        assertEquals("next", device(site));
        assertEquals(0, site.demand().connections());
    }

    @Test
    void onesThatComeAndGoUnderLoadHurtNobody() throws Exception {
        site.route(RouteSheet.shop().to(a.forgetful().open()));
        var crowd = org.nearzero.ingress.testing.admission.Crowd.of(4, number -> {
            try (var device = site.connect()) {
                for (int i = 0; i < 200; i++) {
                    assertEquals(200, device.get("/").response().status());
                }
            }
        });
        List<DeviceIdentifier> coming = bad().toList();
        while (!crowd.isDone()) {
            coming.forEach(each -> site.ingress().addIdentifier(each, 1));
            coming.forEach(site.ingress()::removeIdentifier);
        }
        crowd.join();
        assertEquals("127.0.0.1", device(site));
    }
}
