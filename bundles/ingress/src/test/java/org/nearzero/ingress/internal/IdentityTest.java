package org.nearzero.ingress.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.ingress.testing.http.IngressFixture.PATIENCE;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.ingress.testing.http.IngressFixture;
import org.nearzero.ingress.testing.http.Message;
import org.nearzero.ingress.testing.http.RawBackend;
import org.nearzero.ingress.testing.http.RawClient;

/** Who a client is said to be, to an instance and in connection events. */
class IdentityTest {
    private static final String HOST = "Host: app.test:80\r\n";

    private RawBackend backend;
    private IngressFixture ingress;

    @BeforeEach
    void start() throws IOException {
        backend = RawBackend.echoing();
    }

    @AfterEach
    void stop() throws IOException {
        ingress.close();
        backend.close();
    }

    private void trustNobody() {
        ingress = IngressFixture.with().trusting("10.0.0.0/8").start(backend);
    }

    private void trustMe() {
        ingress = IngressFixture.with().trusting("127.0.0.0/8").start(backend);
    }

    private Message forwarded(String... fields) throws IOException {
        Message response = ingress.exchange("GET /a HTTP/1.1\r\n" + HOST
                + (fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n") + "\r\n");
        assertEquals(200, response.status());
        return backend.request();
    }

    private BlockingQueue<String> devices() {
        BlockingQueue<String> devices = new LinkedBlockingQueue<>();
        ingress.ingress().addListener((events, lost) -> events.forEach(event -> devices.add(event.device())));
        return devices;
    }

    private void assertOursAlone(Message request) {
        assertEquals("127.0.0.1", request.one("X-Forwarded-For"));
        assertEquals("127.0.0.1", request.one("X-Real-IP"));
        assertEquals("http", request.one("X-Forwarded-Proto"));
        assertEquals("app.test:80", request.one("X-Forwarded-Host"));
        assertEquals(Integer.toString(ingress.port()), request.one("X-Forwarded-Port"));
        assertEquals("for=127.0.0.1;host=\"app.test:80\";proto=http", request.one("Forwarded"));
    }

    // ---- from anybody

    @Test
    void anInstanceIsToldWhatWeSee() throws IOException {
        trustNobody();
        assertOursAlone(forwarded());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Forwarded",
                "X-Forwarded-For",
                "x-forwarded-for",
                "X-Forwarded-Proto",
                "X-Forwarded-Host",
                "X-Forwarded-Port",
                "X-Forwarded-Server",
                "X-Forwarded-Prefix",
                "X-Forwarded-User",
                "X-Forwarded-Client-Cert",
                "X-Forwarded-Anything",
                "X-Real-IP",
                "X-Device-Id",
                "X-Client-IP",
                "X-Cluster-Client-IP",
                "X-Original-URL",
                "X-Rewrite-URL",
                "X-Remote-User",
                "Remote-User",
                "True-Client-IP",
                "CF-Connecting-IP",
                "X-MSISDN",
                "X-IMSI",
                "x-imei"
            })
    void whatAStrangerClaimsToBeIsDeleted(String name) throws IOException {
        trustNobody();
        Message request = forwarded(name + ": 6.6.6.6", name + ": 7.7.7.7", "X-Other: 1");
        assertFalse(backend.heard().contains("6.6.6.6"), backend.heard());
        assertFalse(backend.heard().contains("7.7.7.7"), backend.heard());
        assertEquals("1", request.one("X-Other"));
        assertOursAlone(request);
    }

    @Test
    void aClaimIsDeletedFromEachRequestOfAConnection() throws IOException {
        trustNobody();
        try (RawClient client = ingress.client()) {
            for (String host : List.of("app.test", "app.test:80", "APP.test", "app.test")) {
                client.send("GET /a HTTP/1.1\r\nHost: " + host + "\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n");
                assertEquals(200, client.response().status());
            }
        }
        assertEquals(
                List.of("app.test", "app.test:80", "APP.test", "app.test"),
                backend.requests().stream()
                        .map(request -> request.one("X-Forwarded-Host"))
                        .toList());
        backend.requests().forEach(request -> assertEquals("127.0.0.1", request.one("X-Forwarded-For")));
    }

    @Test
    void aStrangersDeviceIsItsAddress() throws Exception {
        trustNobody();
        BlockingQueue<String> devices = devices();
        forwarded("X-Device-Id: somebody-else");
        assertEquals("127.0.0.1", devices.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void anOldClientWithoutAHostIsToldOfWithoutOne() throws IOException {
        trustNobody();
        ingress.exchange("GET /app HTTP/1.0\r\n\r\n");
        Message request = backend.request();
        assertFalse(request.has("X-Forwarded-Host"));
        assertEquals("for=127.0.0.1;proto=http", request.one("Forwarded"));
    }

    // ---- from a trusted peer

    @Test
    void aTrustedPeersWordIsPassedOnAndItsOwnAddressAdded() throws IOException {
        trustMe();
        Message request = forwarded(
                "X-Forwarded-For: 10.1.1.1, 10.2.2.2",
                "X-Forwarded-For: 10.3.3.3",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: shop.test",
                "X-Forwarded-Port: 443",
                "Forwarded: for=10.1.1.1;proto=https",
                "X-Device-Id: dev-1",
                "X-MSISDN: 49123");
        assertEquals("10.1.1.1, 10.2.2.2, 10.3.3.3, 127.0.0.1", request.one("X-Forwarded-For"));
        assertEquals("10.1.1.1", request.one("X-Real-IP"));
        assertEquals("https", request.one("X-Forwarded-Proto"));
        assertEquals("shop.test", request.one("X-Forwarded-Host"));
        assertEquals("443", request.one("X-Forwarded-Port"));
        assertEquals(
                "for=10.1.1.1;proto=https, for=127.0.0.1;host=\"app.test:80\";proto=http", request.one("Forwarded"));
        assertEquals("dev-1", request.one("X-Device-Id"));
        assertEquals("49123", request.one("X-MSISDN"));
    }

    @Test
    void aTrustedPeersRealIpIsKept() throws IOException {
        trustMe();
        assertEquals("10.9.9.9", forwarded("X-Real-IP: 10.9.9.9").one("X-Real-IP"));
    }

    @Test
    void aTrustedPeerThatSaysNothingIsTheClientItself() throws IOException {
        trustMe();
        Message request = forwarded();
        assertOursAlone(request);
        assertNull(request.one("X-Device-Id"));
    }

    @Test
    void aTrustedPeerNamesTheDevice() throws Exception {
        trustMe();
        BlockingQueue<String> devices = devices();
        forwarded("X-Device-Id: dev-1");
        assertEquals("dev-1", devices.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   "})
    void aDeviceWithoutANameIsAnAddress(String name) throws Exception {
        trustMe();
        BlockingQueue<String> devices = devices();
        forwarded("X-Device-Id: " + name);
        assertEquals("127.0.0.1", devices.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    // ---- identifiers

    @Test
    void theHighestRankingIdentifierThatKnowsIsBelieved() throws Exception {
        trustMe();
        ingress.ingress().addIdentifier(request -> Optional.of("low"), 1);
        ingress.ingress().addIdentifier(request -> Optional.empty(), 9);
        ingress.ingress()
                .addIdentifier(
                        request -> Optional.of("sim-" + request.header("x-sim").get(0) + request.fromTrustedPeer()), 5);
        BlockingQueue<String> devices = devices();
        forwarded("X-Sim: 42", "X-Device-Id: dev-1");
        assertEquals("sim-42true", devices.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void anIdentifierThatThrowsIsPassedOver() throws Exception {
        trustMe();
        ingress.ingress()
                .addIdentifier(
                        request -> {
                            throw new IllegalStateException("out of order");
                        },
                        9);
        ingress.ingress().addIdentifier(request -> Optional.of("x".repeat(257)), 5);
        BlockingQueue<String> devices = devices();
        forwarded("X-Device-Id: dev-1");
        assertEquals("dev-1", devices.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertTrue(ingress.suspicions().isEmpty());
    }
}
