package org.nearzero.ingress.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.sites.PeerSecurity;
import org.nearzero.api.sites.PeerService;
import org.nearzero.ingress.testing.admission.DeviceConnection;
import org.nearzero.ingress.testing.admission.RouteSheet;
import org.nearzero.ingress.testing.admission.Site;
import org.nearzero.ingress.testing.sites.Authority;

/** What other sites ask of this one, and the door that they come through. */
class PeerDoorTest {
    private static final Authority OPERATOR = Authority.operators();
    private static final int MOST_CALLS = 32;
    private static final PeerSecurity POP = OPERATOR.site("pop");

    private final Site site = Site.proving(OPERATOR.site("homebase"));

    /** Answers with who asks, what, and how much of it there was. */
    private final PeerService naming = (peer, path, body) -> CompletableFuture.completedFuture(new PeerService.Answer(
            peer.isPresent() ? 200 : 202,
            ("{\"asked\":\"" + peer.map(Object::toString).orElse("nobody") + " " + path + " " + body.length + "\"}")
                    .getBytes()));

    @AfterEach
    void close() {
        site.close();
    }

    private HttpResponse<String> ask(HttpClient.Version version, SSLContext context, String path, byte[] body)
            throws IOException, InterruptedException {
        return client(version, context)
                .send(
                        HttpRequest.newBuilder(URI.create("https://" + site.door() + path))
                                .timeout(Duration.ofSeconds(60))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        BodyHandlers.ofString());
    }

    private static HttpClient client(HttpClient.Version version, SSLContext context) {
        return HttpClient.newBuilder().version(version).sslContext(context).build();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aSiteIsAnsweredOverEitherProtocol(HttpClient.Version version) throws Exception {
        site.ingress().addPeerService(naming);
        HttpResponse<String> response = ask(version, POP.sslContext(), "/.nearzero/v1/sync/now", new byte[70_000]);
        assertEquals(version, response.version());
        assertEquals(200, response.statusCode());
        assertEquals(
                "application/json",
                response.headers().firstValue("content-type").orElseThrow());
        assertEquals("{\"asked\":\"pop sync/now 70000\"}", response.body());
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void somebodyWithoutACertificateMayAskAsNobody(HttpClient.Version version) throws Exception {
        site.ingress().addPeerService(naming);
        HttpResponse<String> response = ask(version, OPERATOR.anonymous(), "/.nearzero/v1/join", new byte[3]);
        assertEquals(202, response.statusCode());
        assertEquals("{\"asked\":\"nobody join 3\"}", response.body());
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() {
        site.ingress().addPeerService(naming);
        SSLContext foreign = Authority.named("another").site("pop").sslContext();
        assertThrows(IOException.class, () -> ask(HttpClient.Version.HTTP_2, foreign, "/.nearzero/v1/x", new byte[0]));
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aBodyOf16MiBIsTakenAndOneByteMoreIsNot(HttpClient.Version version) throws Exception {
        site.ingress().addPeerService(naming);
        byte[] most = new byte[16 << 20];
        assertEquals(
                "{\"asked\":\"pop big 16777216\"}",
                ask(version, POP.sslContext(), "/.nearzero/v1/big", most).body());
        assertRefusedAsTooLarge(version, POP.sslContext(), new byte[most.length + 1]);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void somebodyWithoutACertificateMaySayLittle(HttpClient.Version version) throws Exception {
        site.ingress().addPeerService(naming);
        assertEquals(
                202,
                ask(version, OPERATOR.anonymous(), "/.nearzero/v1/x", new byte[64 << 10])
                        .statusCode());
        assertRefusedAsTooLarge(version, OPERATOR.anonymous(), new byte[(64 << 10) + 1]);
    }

    private void assertRefusedAsTooLarge(HttpClient.Version version, SSLContext context, byte[] body) throws Exception {
        assertEquals(413, ask(version, context, "/.nearzero/v1/x", body).statusCode());
    }

    @Test
    void withoutAServiceTheAnswerIs503() throws Exception {
        assertEquals(
                503,
                ask(HttpClient.Version.HTTP_2, POP.sslContext(), "/.nearzero/v1/x", new byte[0])
                        .statusCode());
        site.ingress().addPeerService(naming);
        assertEquals(
                200,
                ask(HttpClient.Version.HTTP_2, POP.sslContext(), "/.nearzero/v1/x", new byte[0])
                        .statusCode());
        site.ingress().removePeerService(naming);
        assertEquals(
                503,
                ask(HttpClient.Version.HTTP_2, POP.sslContext(), "/.nearzero/v1/x", new byte[0])
                        .statusCode());
    }

    @Test
    void aServiceThatThrowsOrFailsIsAnsweredFor() throws Exception {
        site.ingress().addPeerService((peer, path, body) -> {
            if (path.equals("throw")) {
                throw new IllegalStateException("as it should not");
            }
            return CompletableFuture.failedFuture(new IllegalStateException("as it should not"));
        });
        for (String path : List.of("throw", "fail")) {
            assertEquals(
                    500,
                    ask(HttpClient.Version.HTTP_2, POP.sslContext(), "/.nearzero/v1/" + path, new byte[1])
                            .statusCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/.nearzero/", "/.nearzero/v2/x", "/.nearzero/v1"})
    void whatElseIsKeptForSitesIsNotThere(String path) throws Exception {
        site.ingress().addPeerService(naming);
        assertEquals(
                404,
                ask(HttpClient.Version.HTTP_2, POP.sslContext(), path, new byte[0])
                        .statusCode());
    }

    @Test
    void nothingIsRelayedOverHttp2() throws Exception {
        HttpResponse<String> response = ask(HttpClient.Version.HTTP_2, POP.sslContext(), "/app", new byte[0]);
        assertEquals(421, response.statusCode());
        assertTrue(response.body().contains("relayed over HTTP/1.1"), response.body());
    }

    @Test
    void aChunkedQuestionIsNotTaken() {
        site.ingress().addPeerService(naming);
        try (DeviceConnection pop = new DeviceConnection(site.door(), POP.sslContext())) {
            pop.send(DeviceConnection.head("POST", "/.nearzero/v1/x", "Transfer-Encoding: chunked") + "1\r\nx");
            assertEquals(411, pop.response().status());
        }
    }

    @Test
    void aSiteMayAskSoMuchAtOnceAndNoMore() throws Exception {
        List<CompletableFuture<PeerService.Answer>> asked = java.util.Collections.synchronizedList(new ArrayList<>());
        site.ingress().addPeerService((peer, path, body) -> {
            CompletableFuture<PeerService.Answer> answer = new CompletableFuture<>();
            asked.add(answer);
            return answer;
        });
        HttpClient client = client(HttpClient.Version.HTTP_2, POP.sslContext());
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + site.door() + "/.nearzero/v1/x"))
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i <= MOST_CALLS; i++) {
            answers.add(client.sendAsync(request, BodyHandlers.ofString()));
        }
        org.awaitility.Awaitility.await()
                .atMost(Site.PATIENCE)
                .until(() -> asked.size() == MOST_CALLS && answers.stream().anyMatch(CompletableFuture::isDone));
        assertEquals(
                List.of(503),
                answers.stream()
                        .filter(CompletableFuture::isDone)
                        .map(answer -> answer.join().statusCode())
                        .toList());
        asked.forEach(answer -> answer.complete(new PeerService.Answer(200, new byte[0])));
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertTrue(
                    List.of(200, 503).contains(answer.get(60, TimeUnit.SECONDS).statusCode()));
        }
        CompletableFuture<HttpResponse<String>> next = client.sendAsync(request, BodyHandlers.ofString());
        org.awaitility.Awaitility.await().atMost(Site.PATIENCE).until(() -> asked.size() == MOST_CALLS + 1);
        asked.get(MOST_CALLS).complete(new PeerService.Answer(200, new byte[0]));
        assertEquals(200, next.get(60, TimeUnit.SECONDS).statusCode());
    }

    @Test
    void questionsThatDoNotGoOnAreCutOffAndCountedOut() {
        Duration ample = Duration.ofMinutes(10);
        Duration shortly = Duration.ofMillis(500);
        Timeouts timeouts =
                new Timeouts(ample, ample, shortly, ample, ample, ample, ample, ample, Duration.ofMillis(100));
        Site impatient = Site.proving(POP, Peering.at("127.0.0.1", 0), timeouts);
        impatient.ingress().addPeerService(naming);
        for (int round = 0; round < 2; round++) {
            List<DeviceConnection> stalled = new ArrayList<>();
            for (int i = 0; i < MOST_CALLS / 2 + 1; i++) {
                DeviceConnection pop = new DeviceConnection(impatient.door(), POP.sslContext());
                stalled.add(pop.send(DeviceConnection.head("POST", "/.nearzero/v1/x", "Content-Length: 10") + "half"));
            }
            stalled.forEach(pop -> assertEquals(0, pop.readToEnd()));
            stalled.forEach(DeviceConnection::close);
        }
        try (DeviceConnection pop = new DeviceConnection(impatient.door(), POP.sslContext())) {
            pop.send(DeviceConnection.head("POST", "/.nearzero/v1/x", "Content-Length: 4") + "full");
            assertEquals(200, pop.response().status());
        }
        impatient.close();
    }

    @Test
    void thoseWhoLeaveInTheMiddleOfAQuestionAreCountedOut() {
        site.ingress().addPeerService(naming);
        for (int i = 0; i <= MOST_CALLS; i++) {
            DeviceConnection pop = new DeviceConnection(site.door(), POP.sslContext());
            pop.send(DeviceConnection.head("POST", "/.nearzero/v1/x", "Content-Length: 10") + "half");
            pop.close();
        }
        org.awaitility.Awaitility.await().atMost(Site.PATIENCE).until(() -> {
            try (DeviceConnection pop = new DeviceConnection(site.door(), POP.sslContext())) {
                pop.send(DeviceConnection.head("POST", "/.nearzero/v1/x", "Content-Length: 4") + "full");
                return pop.response().status() == 200;
            }
        });
    }

    @Test
    void whoConnectsAndSaysNothingIsCutOff() {
        Site impatient = Site.proving(
                POP, Peering.at("127.0.0.1", 0), Site.timeouts(Duration.ofMillis(100), Duration.ofMillis(100)));
        try (DeviceConnection silent = new DeviceConnection(impatient.door())) {
            assertEquals(0, silent.readToEnd());
        }
        impatient.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void bothVersionsOfTlsAreSpokenAndBothProtocolsAgreedOn(String version) throws IOException {
        for (String protocol : List.of("h2", "http/1.1", "")) {
            try (SSLSocket socket = (SSLSocket) POP.sslContext()
                    .getSocketFactory()
                    .createSocket(site.door().host(), site.door().port())) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setProtocols(new String[] {version});
                parameters.setApplicationProtocols(protocol.isEmpty() ? new String[0] : new String[] {protocol});
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                assertEquals(protocol, socket.getApplicationProtocol());
                assertEquals(version, socket.getSession().getProtocol());
            }
        }
    }

    @Test
    void theDoorIsOpenWhileThereIsACertificateToShow() {
        try (UndertowIngress ingress = new UndertowIngress(
                Site.settings(0, Timeouts.DEFAULT).with(Peering.at("127.0.0.1", 0)), Clock.systemUTC())) {
            ingress.addPeerSecurity(POP);
            assertEquals(Optional.empty(), ingress.peerDoor(), "not before the ingress itself");
            ingress.start();
            assertTrue(ingress.peerDoor().isPresent());
            PeerSecurity renewed = OPERATOR.site("homebase");
            ingress.addPeerSecurity(renewed);
            ingress.removePeerSecurity(POP);
            assertTrue(ingress.peerDoor().isPresent(), "another has taken its place");
            ingress.removePeerSecurity(renewed);
            assertEquals(Optional.empty(), ingress.peerDoor());
            ingress.addPeerSecurity(POP);
            assertTrue(ingress.peerDoor().isPresent());
        }
    }

    @Test
    void withoutAPortThereIsNoDoor() {
        Site plain = Site.start();
        plain.ingress().addPeerSecurity(POP);
        assertEquals(Optional.empty(), plain.ingress().peerDoor());
        plain.close();
    }

    @Test
    void anAddressThatIsTakenIsSaidToBe() throws IOException {
        try (ServerSocket taken = new ServerSocket(0);
                UndertowIngress ingress = new UndertowIngress(
                        Site.settings(0, Timeouts.DEFAULT).with(Peering.at("127.0.0.1", taken.getLocalPort())),
                        Clock.systemUTC())) {
            ingress.addPeerSecurity(POP);
            IllegalStateException said = assertThrows(IllegalStateException.class, ingress::start);
            assertTrue(said.getMessage().startsWith("peer door 127.0.0.1:" + taken.getLocalPort()), said.getMessage());
        }
    }

    @Test
    void withoutACertificateOfItsOwnASiteRelaysNothing() {
        Site bare = Site.start();
        bare.route(RouteSheet.shop()
                .relay(POP.popId(), new Endpoint("127.0.0.1", site.door().port())));
        var response = bare.get("/");
        assertEquals(503, response.status());
        assertTrue(response.text().contains("this site has no certificate"), response.text());
        bare.awaitRelayed(0);
        bare.close();
    }
}
