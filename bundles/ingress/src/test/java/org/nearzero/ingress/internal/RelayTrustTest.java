package org.nearzero.ingress.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.PeerSecurity;
import org.nearzero.ingress.testing.admission.DeviceConnection;
import org.nearzero.ingress.testing.admission.Heard;
import org.nearzero.ingress.testing.admission.InstanceServer;
import org.nearzero.ingress.testing.admission.Response;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;
import org.nearzero.ingress.testing.sites.Authority;

/** Whose word about a request is believed, and who is let in at the door for other sites. */
class RelayTrustTest {
    private static final Authority OPERATOR = Authority.operators();

    private final PeerSecurity pop = OPERATOR.site("pop");
    private final Site homebase = Site.proving(OPERATOR.site("homebase"));
    private final InstanceServer instance = InstanceServer.naming("instance");
    private final Heard heard = new Heard();

    RelayTrustTest() {
        homebase.route(RouteSheet.shop().to(instance.open()));
    }

    @AfterEach
    void close() {
        homebase.close();
        instance.close();
    }

    /** What a site answers to a device when it takes {@code other} for the homebase called {@code name}. */
    private Response relayed(PeerSecurity security, String name, Site other) {
        Site site = Site.proving(security);
        site.ingress().watch(heard);
        site.route(RouteSheet.shop().relay(new PopId(name), other.door()));
        Response response = site.get("/");
        site.awaitRelayed(0);
        site.close();
        return response;
    }

    @Test
    void aSiteIsBelievedWhoADeviceIs() {
        try (DeviceConnection site = new DeviceConnection(homebase.door(), pop.sslContext())) {
            site.get("/", "X-Device-Id: phone", "X-Forwarded-For: 192.0.2.7", "Nearzero-Hops: pop", "Nearzero-Any: x");
            assertEquals(200, site.response().status());
        }
        var fields = instance.requests().get(0).fields();
        assertEquals("phone", fields.get("x-device-id"));
        assertTrue(fields.get("x-forwarded-for").startsWith("192.0.2.7"), fields.get("x-forwarded-for"));
        assertNull(fields.get("nearzero-hops"));
        assertNull(fields.get("nearzero-any"));
    }

    @Test
    void aDeviceIdentifierIsToldThatASiteIsTrusted() {
        homebase.ingress()
                .addIdentifier(
                        request -> request.fromTrustedPeer()
                                ? java.util.Optional.of("known as " + request.header("X-Device-Id"))
                                : java.util.Optional.empty(),
                        1);
        homebase.ingress().addListener(heard);
        try (DeviceConnection site = new DeviceConnection(homebase.door(), pop.sslContext())) {
            assertEquals(200, site.get("/", "X-Device-Id: phone").response().status());
        }
        org.awaitility.Awaitility.await().atMost(Site.PATIENCE).until(() -> !heard.events()
                .isEmpty());
        assertEquals("known as [phone]", heard.events().get(0).device());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Nearzero-Hops: pop", "Nearzero-Hops: homebase", "nearzero-anything: x"})
    void whatADeviceSaysOfSitesIsDropped(String field) {
        try (DeviceConnection device = homebase.connect()) {
            assertEquals(200, device.get("/", field).response().status());
        }
        assertNull(instance.requests().get(0).fields().get(field.substring(0, field.indexOf(':'))));
    }

    @Test
    void withoutACertificateNothingIsRelayed() {
        try (DeviceConnection stranger = new DeviceConnection(homebase.door(), OPERATOR.anonymous())) {
            stranger.get("/", "X-Device-Id: forged", "Nearzero-Hops: pop");
            Response refused = stranger.response();
            assertEquals(403, refused.status());
            assertTrue(refused.text().contains("a certificate that names a site"), refused.text());
            assertEquals(
                    403,
                    stranger.get("/.nearzero/v1/x", "Nearzero-Hops: pop")
                            .response()
                            .status());
        }
        assertEquals(List.of(), instance.requests());
    }

    @Test
    void aCertificateThatNamesNoSiteIsNotEnough() {
        try (DeviceConnection stranger =
                new DeviceConnection(homebase.door(), OPERATOR.nameless().sslContext())) {
            assertEquals(403, stranger.get("/").response().status());
        }
        assertEquals(List.of(), instance.requests());
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefusedWhereItComesIn() {
        PeerSecurity foreign = Authority.named("another").site("pop");
        assertThrows(UncheckedIOException.class, () -> {
            // It trusts nobody here either, so that the handshake cannot come to its end on any side.
            try (DeviceConnection stranger = new DeviceConnection(homebase.door(), foreign.sslContext())) {
                stranger.get("/").response();
            }
        });
        assertEquals(List.of(), instance.requests());
    }

    @Test
    void aHomebaseUnderAnotherAuthorityHearsNothing() {
        Site foreign = Site.proving(Authority.named("another").site("homebase"));
        foreign.route(RouteSheet.shop().to(instance.open()));
        Response response = relayed(pop, "homebase", foreign);
        assertEquals(503, response.status());
        assertTrue(response.text().contains("the TLS handshake failed"), response.text());
        foreign.close();
        assertEquals(List.of(), instance.requests());
    }

    @Test
    void aSiteThatIsNotTheHomebaseHearsNothing() {
        Response response = relayed(pop, "elsewhere", homebase);
        assertEquals(503, response.status());
        assertTrue(response.text().contains("it proves to be homebase"), response.text());
        assertEquals(List.of(), instance.requests());
        assertEquals(1, heard.failedRelays().size());
    }

    @Test
    void twoSitesThatTakeEachOtherForTheHomebaseStopTheLoop() {
        Site other = Site.proving(pop);
        other.route(RouteSheet.shop().relay(new PopId("homebase"), homebase.door()));
        homebase.route(RouteSheet.shop().relay(new PopId("pop"), other.door()));
        Response response = other.get("/");
        assertEquals(502, response.status());
        assertTrue(response.text().contains("BAD_GATEWAY"), response.text());
        assertTrue(response.text().contains("relayed in a loop: pop, homebase, pop"), response.text());
        other.awaitRelayed(0);
        homebase.awaitRelayed(0);
        other.close();
    }

    @Test
    void aRequestThatFollowsAHomebaseThatMovedIsRelayedOn() {
        Site old = Site.proving(OPERATOR.site("old"));
        old.route(RouteSheet.shop().relay(new PopId("homebase"), homebase.door()));
        Response response = relayed(pop, "old", old);
        assertEquals("instance", response.text());
        old.awaitRelayed(0);
        assertEquals(0, old.demand().sessions(), "the device is the first site's");
        assertEquals(
                "127.0.0.1, 127.0.0.1, 127.0.0.1",
                instance.requests().get(0).fields().get("x-forwarded-for"));
        old.close();
    }

    @Test
    void eightSitesMayRelayARequestAndNineMayNot() {
        try (DeviceConnection site = new DeviceConnection(homebase.door(), pop.sslContext())) {
            assertEquals(
                    200, site.get("/", "Nearzero-Hops: " + hops(8)).response().status());
            Response refused = site.get("/", "Nearzero-Hops: " + hops(9)).response();
            assertEquals(502, refused.status());
            assertTrue(refused.text().contains("relayed by too many sites: s1, s2"), refused.text());
        }
    }

    private static String hops(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "s" + i).collect(Collectors.joining(", "));
    }
}
