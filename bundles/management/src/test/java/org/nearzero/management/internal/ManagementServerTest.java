package org.nearzero.management.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstance;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.management.core.Json;
import org.nearzero.management.core.Manifest;
import org.nearzero.management.core.ManifestView;
import org.nearzero.store.contract.InMemoryStore;

class ManagementServerTest {
    private static final Instant AT = Instant.parse("2026-11-24T12:00:00Z");

    private final FakeOrchestrator orchestrator = new FakeOrchestrator();
    private final ManagementServer server = new ManagementServer(
            ManagementSettings.of("127.0.0.1", 0),
            orchestrator,
            new FakeIngress(new Endpoint("127.0.0.1", 8080), new Endpoint("edge.example", 80)),
            new InMemoryStore());

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void close() {
        server.close();
    }

    static String manifest(String name, String version) {
        return """
                name: %1$s
                appProvider: acme
                version: "%2$s"
                appRepo: {imagePath: "acme/%1$s:7"}
                componentSpec: [{networkInterfaces: [{port: 8080}]}]
                serverlessPolicy: {routes: [{host: %1$s.example}]}
                """.formatted(name, version);
    }

    private Call call(String method, String path) {
        return Call.of(server.address(), method, path);
    }

    private Call.Answer post(String name) {
        return call("POST", "/apps").yaml(manifest(name, "1")).answer();
    }

    private static AppInstance instance(String id, AppInstanceStatus status, Optional<Endpoint> endpoint) {
        AppInstanceId name = new AppInstanceId(id);
        AppId app = new AppId(id.substring(0, id.indexOf('.')));
        return new AppInstance(name, app, "ab12", "docker", status, endpoint, AT, AT, "");
    }

    @Test
    void aNewApplicationIsTakenAndToldWhereItIs() {
        Call.Answer created = post("shop");

        assertEquals(201, created.status());
        assertEquals("/serverless-edge/v0.1/apps/shop", created.headers().get("location"));
        assertEquals("application/json", created.headers().get("content-type"));
        assertEquals("no-store", created.headers().get("cache-control"));
        assertEquals("ZERO", created.json().at("/status/state").asText());
        assertEquals(List.of("apply shop 1"), orchestrator.calls());
        assertEquals(created.json(), call("GET", "/apps/shop").answer().json());
    }

    @Test
    void theManifestThatItTellsIsOneThatItTakes() {
        JsonNode told = post("shop").json().get("appManifest");

        byte[] json = told.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(
                200,
                call("PUT", "/apps/shop")
                        .body("application/json; charset=utf-8", json)
                        .answer()
                        .status());
        assertEquals(
                Json.text(ManifestView.of(Manifest.parse(manifest("shop", "1")))),
                Json.text(ManifestView.of(
                        orchestrator.status(new AppId("shop")).orElseThrow().application())));
    }

    @Test
    void postingOneThatIsThereIsRefusedAndSaysWhereItIs() {
        post("shop");
        Call.Answer again = post("shop");

        assertEquals(
                "409 ALREADY_EXISTS app=shop: is here already; PUT /serverless-edge/v0.1/apps/shop replaces it",
                again.told());
        assertEquals("/serverless-edge/v0.1/apps/shop", again.headers().get("location"));
        assertEquals(List.of("apply shop 1"), orchestrator.calls());
    }

    @Test
    void puttingMakesOrReplaces() {
        assertEquals(
                201,
                call("PUT", "/apps/shop").yaml(manifest("shop", "1")).answer().status());
        Call.Answer replaced =
                call("PUT", "/apps/shop").yaml(manifest("shop", "2")).answer();

        assertEquals(200, replaced.status());
        assertEquals("2", replaced.json().at("/appManifest/version").asText());
    }

    @Test
    void whatTheOrchestratorRefusesIsToldInItsWordsAndCode() {
        Map<RefusedException.Code, Integer> statuses = Map.of(
                RefusedException.Code.NOT_FOUND, 404,
                RefusedException.Code.ALREADY_EXISTS, 409,
                RefusedException.Code.PERMISSION_DENIED, 403,
                RefusedException.Code.FAILED_PRECONDITION, 412,
                RefusedException.Code.INCOMPATIBLE_STATE, 409,
                RefusedException.Code.UNAVAILABLE, 503);
        for (RefusedException.Code code : RefusedException.Code.values()) {
            orchestrator.refuseNext(new RefusedException(code, "app=shop: because"));
            assertEquals(
                    statuses.get(code) + " " + code + " app=shop: because",
                    post("shop").told());
        }
        assertEquals(404, call("GET", "/apps/shop").answer().status());
    }

    @Test
    void anErrorOfItsOwnIsNotToldBeyondThatThereWasOne() {
        orchestrator.refuseNext(new IllegalStateException("secret"));
        assertEquals(
                "500 INTERNAL an error of the platform's own; its log has it",
                post("shop").told());
    }

    @Test
    void aDeletedApplicationIsGoneOrOnItsWay() {
        post("shop");
        assertEquals(204, call("DELETE", "/apps/shop").answer().status());
        assertEquals(404, call("GET", "/apps/shop").answer().status());

        post("shop");
        CompletableFuture<Void> drained = new CompletableFuture<>();
        orchestrator.waitFor(drained);
        Call.Answer draining = call("DELETE", "/apps/shop?drain=30s").answer();
        assertEquals(202, draining.status());
        assertEquals("DELETING", draining.json().at("/status/state").asText());
        drained.complete(null);
        assertEquals(404, call("GET", "/apps/shop").answer().status());
        assertEquals(
                List.of("apply shop 1", "delete shop 10000ms", "apply shop 1", "delete shop 30000ms"),
                orchestrator.calls());
    }

    @Test
    void changesOfOneApplicationExcludeEachOther() {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        orchestrator.waitFor(taken);
        CompletableFuture<Call.Answer> first = CompletableFuture.supplyAsync(() -> post("shop"));
        await().atMost(Call.PATIENCE).until(() -> !orchestrator.calls().isEmpty());

        assertEquals(
                "409 ABORTED app=shop: another change of it is under way; try again when it is done",
                call("PUT", "/apps/shop").yaml(manifest("shop", "2")).answer().told());
        CompletableFuture<Call.Answer> other = CompletableFuture.supplyAsync(() -> post("cart"));
        taken.complete(null);
        assertEquals(201, first.join().status());
        assertEquals(201, other.join().status());
    }

    @Test
    void instancesAreToldInCamarasWords() {
        post("shop");
        Demand demand =
                new Demand(new AppId("shop"), 3, 1, 10, 2, 2, Map.of(new AppInstanceId("shop.a1"), 3), List.of());
        orchestrator.set(
                "shop",
                ApplicationStatus.State.SERVING,
                demand,
                "",
                Optional.empty(),
                instance("shop.a1", AppInstanceStatus.READY, Optional.of(new Endpoint("127.0.0.1", 32768))),
                instance("shop.b2", AppInstanceStatus.INSTANTIATING, Optional.empty()));
        post("cart");

        JsonNode all = call("GET", "/app-instances").answer().json();
        assertEquals(2, all.get("appInstances").size());
        JsonNode first = all.at("/appInstances/0");
        assertEquals("shop.a1", first.get("appInstanceId").asText());
        assertEquals("ready", first.get("status").asText());
        assertEquals("mec-1", first.get("popId").asText());
        assertEquals(3, first.get("connections").asInt());
        assertEquals(
                32768, first.at("/componentEndpointInfo/0/accessPoints/port").asInt());
        assertEquals(
                0,
                call("GET", "/app-instances?appId=cart")
                        .answer()
                        .json()
                        .get("appInstances")
                        .size());
        assertEquals(
                "404 NOT_FOUND app=nowhere: no such application here",
                call("GET", "/app-instances?appId=nowhere").answer().told());
    }

    @Test
    void listsComeInPages() {
        for (int i = 0; i < 5; i++) {
            post("app-" + i);
        }
        JsonNode page = call("GET", "/apps?page=2&perPage=2").answer().json();

        assertEquals(
                List.of("app-2", "app-3"),
                List.of(
                        page.at("/apps/0/appId").asText(),
                        page.at("/apps/1/appId").asText()));
        assertEquals(
                "{\"page\":2,\"perPage\":2,\"totalCount\":5,\"totalPages\":3}",
                page.get("pagination").toString());
        JsonNode past =
                call("GET", "/apps?page=2000000000&perPage=100").answer().json();
        assertEquals(0, past.get("apps").size());
    }

    @Test
    void theSiteTellsWhereUsersConnectAndWhatItHas() {
        post("shop");
        JsonNode site = call("GET", "/status").answer().json();

        assertEquals("mec-1", site.get("popId").asText());
        assertTrue(
                site.get("version").asText().matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"),
                site.get("version").asText());
        assertEquals(
                "{\"port\":8080,\"ipv4Addresses\":[\"127.0.0.1\"]}",
                site.at("/ingress/0").toString());
        assertEquals(
                "{\"port\":80,\"fqdn\":\"edge.example\"}", site.at("/ingress/1").toString());
        assertEquals(1, site.at("/apps/total").asInt());
        assertEquals(1, site.at("/apps/states/ZERO").asInt());
        assertEquals(0, site.get("brokenManifests").size());
    }

    @Test
    void aHeadIsAnsweredLikeAGetWithoutBody() {
        Call.Answer head = call("HEAD", "/status").answer();
        assertEquals("200 ", head.status() + " " + head.body());
    }

    @Test
    void theCorrelatorComesBack() {
        Call.Answer good =
                call("GET", "/nothing").with("X-Correlator", "b4333c46-49c0").answer();
        assertEquals("b4333c46-49c0", good.headers().get("x-correlator"));
        assertEquals(404, good.status());

        Call.Answer bad = call("GET", "/apps").with("x-correlator", "a b").answer();
        assertEquals(
                "400 INVALID_ARGUMENT x-correlator: malformed (expected: [a-zA-Z0-9-_:;.\\/<>{}]{0,256})", bad.told());
        assertFalse(bad.headers().containsKey("x-correlator"));
    }

    @Test
    void aPortThatIsTakenIsOneClearError() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            try (ManagementServer second = new ManagementServer(
                    ManagementSettings.of("127.0.0.1", port), orchestrator, new FakeIngress(), new InMemoryStore())) {
                UncheckedIOException refused = assertThrows(UncheckedIOException.class, second::start);
                assertEquals(BindException.class, refused.getCause().getClass());
                assertEquals(
                        "management API at 127.0.0.1:" + port
                                + ": Address already in use (stop what has that port, or set"
                                + " port in org.nearzero.management)",
                        refused.getMessage());
            }
        }
    }

    @Test
    void closingFreesThePortAndLeavesApplicationsAlone() throws IOException {
        post("shop");
        int port = server.address().port();
        server.close();
        server.close();

        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        assertEquals(1, orchestrator.statuses().size());
        assertThrows(IllegalStateException.class, server::start);
    }

    @Test
    void smallAnswersDoNotWaitForAcknowledgements() {
        assertEquals("true", System.getProperty("sun.net.httpserver.nodelay"));
    }
}
