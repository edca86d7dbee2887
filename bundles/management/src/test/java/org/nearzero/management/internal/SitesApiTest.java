package org.nearzero.management.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Assignment.Role;
import org.nearzero.api.sites.Migration;
import org.nearzero.api.sites.Migration.State;
import org.nearzero.api.sites.SiteReport;
import org.nearzero.store.contract.InMemoryStore;

/** A site among peers, over HTTP. */
class SitesApiTest {
    private static final Instant AT = Instant.parse("2026-11-24T12:00:00Z");
    private static final String MERGE_PATCH = "application/merge-patch+json";

    private final FakeOrchestrator orchestrator = new FakeOrchestrator();
    private final FakeSites sites = new FakeSites(orchestrator);
    private final InMemoryStore store = new InMemoryStore();
    private ManagementServer server;

    @BeforeEach
    void start() {
        server = new ManagementServer(ManagementSettings.of("127.0.0.1", 0), orchestrator, new FakeIngress(), store);
        server.start();
        server.sites(Optional.of(sites));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private Call call(String method, String path) {
        return Call.of(server.address(), method, path);
    }

    private JsonNode get(String path) {
        return call("GET", path).answer().json();
    }

    private Call.Answer post(String name) {
        return call("POST", "/apps")
                .yaml(ManagementServerTest.manifest(name, "1"))
                .answer();
    }

    private Call.Answer patch(String path, String body) {
        return call("PATCH", path)
                .body(MERGE_PATCH, body.getBytes(StandardCharsets.UTF_8))
                .answer();
    }

    private static Assignment assignment(String pop, Role role, long epoch, String reason) {
        return new Assignment(new AppId("shop"), new PopId(pop), role, epoch, reason);
    }

    private static SiteReport report(String pop, int sessions, int connections, int relayed, int ready) {
        return new SiteReport(
                new PopId(pop), new AppId("shop"), 1, 1, sessions, sessions, connections, relayed, ready, 0, "");
    }

    private static Migration migration(String app, String target, int minute, State... states) {
        List<Migration.Step> steps = new ArrayList<>();
        for (State state : states) {
            steps.add(new Migration.Step(state, AT.plusSeconds(60L * minute + steps.size()), state + " for a reason"));
        }
        return new Migration(
                app + "/" + target + "/" + minute,
                new AppId(app),
                new PopId("mec-1"),
                new PopId(target),
                minute,
                states[states.length - 1],
                1,
                steps);
    }

    @Test
    void applicationsGoToTheSitesAndNotPastThemAndAreTheirsToKeep() throws IOException {
        assertEquals(201, post("shop").status());
        assertEquals(
                200,
                call("PUT", "/apps/shop")
                        .yaml(ManagementServerTest.manifest("shop", "2"))
                        .answer()
                        .status());
        assertEquals(List.of("apply shop 1", "apply shop 2"), sites.calls());
        assertEquals(List.of("apply shop 1", "apply shop 2"), orchestrator.calls(), "by way of the sites only");
        assertEquals(List.of(), kept());
    }

    private List<String> kept() {
        return List.copyOf(store.read("manifests").keySet());
    }

    @Test
    void oneThatWasKeptHereIsKeptNoMoreOnceTheSitesHaveIt() throws IOException {
        server.sites(Optional.empty());
        post("shop");
        assertEquals(List.of("shop"), kept());
        server.sites(Optional.of(sites));
        sites.refuseNext(new RefusedException(RefusedException.Code.UNAVAILABLE, "app=shop: not now"));
        Call again = call("PUT", "/apps/shop").yaml(ManagementServerTest.manifest("shop", "2"));

        assertEquals("503 UNAVAILABLE app=shop: not now", again.answer().told());
        assertEquals(List.of("shop"), kept());
        assertEquals(200, again.answer().status());
        assertEquals(List.of(), kept());
    }

    @Test
    void theOrchestratorIsToldToExpectWhatTheSitesHave() {
        post("shop");
        post("cart");
        assertEquals(Set.of(new AppId("cart"), new AppId("shop")), orchestrator.expected());
    }

    @Test
    void oneThatTheSitesRefuseIsToldInTheirWords() {
        sites.refuseNext(new RefusedException(RefusedException.Code.FAILED_PRECONDITION, "app=shop: no such zone"));
        assertEquals(
                "412 FAILED_PRECONDITION app=shop: no such zone", post("shop").told());
        assertEquals(404, call("GET", "/apps/shop").answer().status());
    }

    @Test
    void deletionsGoToTheSites() {
        post("shop");
        sites.refuseNext(new RefusedException(RefusedException.Code.UNAVAILABLE, "app=shop: homebase not reached"));
        assertEquals(
                "503 UNAVAILABLE app=shop: homebase not reached",
                call("DELETE", "/apps/shop").answer().told());
        assertEquals(204, call("DELETE", "/apps/shop?drain=1s").answer().status());
        assertEquals(404, call("GET", "/apps/shop").answer().status());
        assertEquals(List.of("apply shop 1", "delete shop 10000ms", "delete shop 1000ms"), sites.calls());
    }

    @Test
    void oneThatOnlyThisSiteKnowsIsTakenBackHere() {
        server.sites(Optional.empty());
        post("shop");
        server.sites(Optional.of(sites));

        assertFalse(get("/apps/shop").has("homebase"));
        assertEquals(204, call("DELETE", "/apps/shop").answer().status());
        assertEquals(List.of(), sites.calls());
    }

    @Test
    void anApplicationIsToldWithWhereItIsServed() {
        post("shop");
        Demand demand = new Demand(new AppId("shop"), 3, 1, 0, 0, 2, 2, Map.of(), List.of());
        orchestrator.set("shop", ApplicationStatus.State.SERVING, demand, "", Optional.empty());
        sites.set(
                "shop",
                List.of(
                        assignment("mec-3", Role.RELAY, 3, "2 sessions"),
                        assignment("mec-2", Role.SERVE, 7, "20 sessions")),
                List.of(report("mec-2", 20, 30, 4, 2)));
        JsonNode shop = get("/apps/shop");

        assertEquals("mec-1", shop.get("homebase").asText());
        assertEquals("HOMEBASE", shop.get("placement").asText());
        assertEquals(
                "[{\"popId\":\"mec-1\",\"role\":\"HOMEBASE\",\"sessions\":2,\"connections\":4,\"relayed\":0,\"ready\":0},"
                        + "{\"popId\":\"mec-2\",\"role\":\"SERVE\",\"epoch\":7,\"reason\":\"20 sessions\",\"sessions\":20,"
                        + "\"connections\":30,\"relayed\":4,\"ready\":2},"
                        + "{\"popId\":\"mec-3\",\"role\":\"RELAY\",\"epoch\":3,\"reason\":\"2 sessions\"}]",
                shop.get("pointsOfPresence").toString());
        assertEquals(shop, get("/apps").at("/apps/0"));
    }

    @Test
    void oneThatIsRelayedFromHereSaysSo() {
        sites.homebaseElsewhere();
        JsonNode shop = post("shop").json();

        assertEquals("mec-2", shop.get("homebase").asText());
        assertEquals("RELAY", shop.get("placement").asText());
        assertEquals(
                "[{\"popId\":\"mec-2\",\"role\":\"HOMEBASE\"}]",
                shop.get("pointsOfPresence").toString());
    }

    @Test
    void relayedConnectionsAreCountedForTheSite() {
        post("shop");
        post("cart");
        for (String app : List.of("shop", "cart")) {
            Demand demand = new Demand(new AppId(app), 0, 0, 0, 4, 1, 1, Map.of(), List.of());
            orchestrator.set(app, ApplicationStatus.State.ZERO, demand, "", Optional.empty());
        }
        assertEquals(4, get("/apps/shop").at("/status/demand/relayed").asInt());
        assertEquals(8, get("/status").at("/demand/relayed").asInt());
    }

    @Test
    void pointsOfPresenceAreListedAndToldOneByOne() {
        JsonNode all = get("/points-of-presence?page=2&perPage=2");
        assertEquals(
                "{\"page\":2,\"perPage\":2,\"totalCount\":3,\"totalPages\":2}",
                all.get("pagination").toString());
        assertEquals(
                "[{\"popId\":\"mec-3\",\"edgeCloudZoneId\":\"west\",\"availability\":\"ACTIVE\",\"reachable\":false,"
                        + "\"doors\":[{\"port\":7443,\"fqdn\":\"mec-3.example\"}],"
                        + "\"ingress\":[{\"port\":80,\"ipv4Addresses\":[\"10.0.0.1\"]}],"
                        + "\"lastHeard\":\"2026-11-24T12:00:00Z\"}]",
                all.get("pointsOfPresence").toString());
        assertEquals(all.at("/pointsOfPresence/0"), get("/points-of-presence/mec-3"));
    }

    @Test
    void aPointOfPresenceIsDrainedAndActiveAgain() {
        Call.Answer drained = patch("/points-of-presence/mec-2", "{\"availability\": \"DRAINING\"}");
        assertEquals(200, drained.status(), drained.body());
        assertEquals("DRAINING", drained.json().get("availability").asText());
        assertEquals(
                "ACTIVE", get("/points-of-presence/mec-1").get("availability").asText());
        assertEquals(
                200,
                patch("/points-of-presence/mec-2", "{\"availability\": \"ACTIVE\"}")
                        .status());
        assertEquals(List.of("mec-2 DRAINING", "mec-2 ACTIVE"), sites.calls());
    }

    @Test
    void aZoneIsSetWithAllThatIsInIt() {
        Call.Answer excluded = patch("/edge-cloud-zones/east", "{\"availability\": \"EXCLUDED\"}");

        assertEquals(
                "{\"edgeCloudZoneId\":\"east\",\"edgeCloudZoneName\":\"east\",\"edgeCloudZoneStatus\":\"inactive\","
                        + "\"availability\":\"EXCLUDED\",\"pointsOfPresence\":[\"mec-1\",\"mec-2\"]}",
                excluded.json().toString());
        assertEquals(List.of("mec-1 EXCLUDED", "mec-2 EXCLUDED"), sites.calls());
        assertEquals(excluded.json(), get("/edge-cloud-zones/east"));
    }

    @Test
    void aZoneOfWhichOnlyAPartIsSetHasNoAvailabilityOfItsOwn() {
        patch("/points-of-presence/mec-2", "{\"availability\": \"DRAINING\"}");
        JsonNode zones = get("/edge-cloud-zones").get("edgeCloudZones");

        assertEquals(2, zones.size());
        assertFalse(zones.get(0).has("availability"), zones.toString());
        assertEquals("active", zones.get(0).get("edgeCloudZoneStatus").asText());
        assertEquals("unknown", zones.get(1).get("edgeCloudZoneStatus").asText(), "mec-3 is not reachable");
    }

    @Test
    void whatTheSitesRefuseOfAZoneIsTold() {
        sites.refuseNext(new RefusedException(RefusedException.Code.UNAVAILABLE, "not written"));
        assertEquals(
                "503 UNAVAILABLE not written",
                patch("/edge-cloud-zones/east", "{\"availability\": \"ACTIVE\"}")
                        .told());
    }

    @Test
    void migrationsAreToldTheNewestFirstWithTheirStates() {
        post("shop");
        post("cart");
        sites.set(
                "shop",
                List.of(),
                List.of(),
                migration("shop", "mec-2", 1, State.TRIGGERED, State.FAILED),
                migration("shop", "mec-2", 3, State.TRIGGERED));
        sites.set("cart", List.of(), List.of(), migration("cart", "mec-3", 2, State.TRIGGERED, State.INSTANTIATING));

        JsonNode all = get("/migrations");
        assertEquals(
                List.of("shop/mec-2/3", "cart/mec-3/2", "shop/mec-2/1"),
                all.get("migrations").findValuesAsText("migrationId"));
        assertEquals(3, all.at("/pagination/totalCount").asInt());
        assertEquals(
                List.of("shop/mec-2/3", "shop/mec-2/1"),
                get("/migrations?appId=shop").get("migrations").findValuesAsText("migrationId"));
        JsonNode one = get("/migrations/cart%2Fmec-3%2F2");
        assertEquals(
                "{\"migrationId\":\"cart/mec-3/2\",\"appId\":\"cart\",\"source\":\"mec-1\",\"target\":\"mec-3\",\"epoch\":2,"
                        + "\"state\":\"INSTANTIATING\",\"attempt\":1,\"reason\":\"INSTANTIATING for a reason\","
                        + "\"since\":\"2026-11-24T12:02:01Z\",\"history\":["
                        + "{\"state\":\"TRIGGERED\",\"at\":\"2026-11-24T12:02:00Z\",\"reason\":\"TRIGGERED for a reason\"},"
                        + "{\"state\":\"INSTANTIATING\",\"at\":\"2026-11-24T12:02:01Z\","
                        + "\"reason\":\"INSTANTIATING for a reason\"}]}",
                one.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/points-of-presence",
                "/points-of-presence/mec-1",
                "/edge-cloud-zones",
                "/edge-cloud-zones/east",
                "/migrations",
                "/migrations/one"
            })
    void aSiteWithoutPeersSaysWhereToSetThem(String path) {
        server.sites(Optional.empty());
        assertEquals(
                "404 NOT_FOUND /serverless-edge/v0.1" + path
                        + ": this site has no peers configured (set them in org.nearzero.sites)",
                call("GET", path).answer().told());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            GET    | /points-of-presence/mec-9   | 404 NOT_FOUND pop=mec-9: no such point of presence among this site's peers
            PATCH  | /points-of-presence/mec-9   | 404 NOT_FOUND pop=mec-9: no such point of presence among this site's peers
            GET    | /points-of-presence/MEC     | 400 INVALID_ARGUMENT popId: MEC (expected: 1 to 63 of a-z, 0-9 and inner -, a letter first)
            DELETE | /points-of-presence/mec-1   | 405 METHOD_NOT_ALLOWED DELETE /serverless-edge/v0.1/points-of-presence/mec-1 (expected: GET, PATCH)
            POST   | /points-of-presence         | 405 METHOD_NOT_ALLOWED POST /serverless-edge/v0.1/points-of-presence (expected: GET)
            GET    | /edge-cloud-zones/north     | 404 NOT_FOUND zone=north: no point of presence that this site knows is in it
            PATCH  | /edge-cloud-zones/a%20b     | 400 INVALID_ARGUMENT edgeCloudZoneId: a b (expected: 1 to 64 of A-Z, a-z, 0-9 and inner . _ -)
            GET    | /migrations/shop            | 404 NOT_FOUND migration: no such migration known here (an application's homebase knows all of its own that are under way or have ended lately)
            GET    | /migrations?appId=shop      | 404 NOT_FOUND app=shop: no such application here
            GET    | /migrations?pop=mec-1       | 400 INVALID_ARGUMENT pop: unknown parameter (expected: appId or page or perPage)
            PATCH  | /points-of-presence/mec-1   | 415 UNSUPPORTED_MEDIA_TYPE Content-Type: missing (expected: application/merge-patch+json)
            """)
    void aRequestThatCannotBeGrantedIsToldWhy(String method, String path, String told) {
        assertEquals(told, call(method, path).answer().told());
        assertEquals(List.of(), sites.calls());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                       | body: missing (expected: {"availability": ACTIVE, DRAINING or EXCLUDED})
            ["ACTIVE"]                               | body: a list (expected: {"availability": ACTIVE, DRAINING or EXCLUDED})
            {}                                       | availability: missing (expected: ACTIVE, DRAINING or EXCLUDED)
            {"availability": null}                   | availability (line 1): nothing (expected: ACTIVE, DRAINING or EXCLUDED)
            {"availability": "GONE", "zone": "west"} | availability (line 1): GONE (expected: ACTIVE, DRAINING or EXCLUDED); zone (line 1): unknown field (expected: one of availability)
            """)
    void aPatchThatSaysSomethingElseIsToldAll(String body, String told) {
        assertEquals(
                "400 INVALID_ARGUMENT " + told,
                patch("/points-of-presence/mec-1", body).told());
        assertEquals(List.of(), sites.calls());
    }
}
