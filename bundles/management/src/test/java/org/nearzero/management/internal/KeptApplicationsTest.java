package org.nearzero.management.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.AppId;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.store.Store.Change;
import org.nearzero.store.contract.InMemoryStore;

class KeptApplicationsTest {
    private final InMemoryStore store = new InMemoryStore();
    private final FakeOrchestrator orchestrator = new FakeOrchestrator();

    private ManagementServer started() {
        ManagementServer server =
                new ManagementServer(ManagementSettings.of("127.0.0.1", 0), orchestrator, new FakeIngress(), store);
        server.start();
        return server;
    }

    private static Call.Answer post(ManagementServer server, String manifest) {
        return Call.of(server.address(), "POST", "/apps").yaml(manifest).answer();
    }

    private static Call.Answer get(ManagementServer server, String path) {
        return Call.of(server.address(), "GET", path).answer();
    }

    private static String manifest(String name) {
        return ManagementServerTest.manifest(name, "1");
    }

    private List<String> kept() {
        return List.copyOf(store.read(KeptManifests.TABLE).keySet());
    }

    private List<String> drafts() {
        return List.copyOf(store.read(KeptManifests.DRAFTS).keySet());
    }

    private String text(String name) {
        return new String(store.read(KeptManifests.TABLE).get(name), UTF_8);
    }

    private void keep(String key, String content) {
        store.write(List.of(Change.put(KeptManifests.TABLE, key, content.getBytes(UTF_8))));
    }

    @Test
    void whatWasTakenIsKeptAsItWasWritten() {
        try (ManagementServer server = started()) {
            String commented = "# ours, für alle\n" + manifest("shop");
            assertEquals(201, post(server, commented).status());

            assertEquals(List.of("shop"), kept());
            assertEquals(commented, text("shop"));
            assertEquals(List.of(), drafts());
        }
    }

    @Test
    void whatWasRefusedIsNotKeptAndDoesNotTouchWhatIs() {
        try (ManagementServer server = started()) {
            post(server, manifest("shop"));
            orchestrator.refuseNext(new RefusedException(RefusedException.Code.PERMISSION_DENIED, "no"));
            Call.of(server.address(), "PUT", "/apps/shop")
                    .yaml(ManagementServerTest.manifest("shop", "2"))
                    .answer();
            orchestrator.refuseNext(new RefusedException(RefusedException.Code.PERMISSION_DENIED, "no"));
            post(server, manifest("cart"));

            assertEquals(List.of("shop"), kept());
            assertEquals(manifest("shop"), text("shop"));
            assertEquals(List.of(), drafts());
        }
    }

    @Test
    void whatCannotBeKeptIsNotHandedOver() {
        try (ManagementServer server = started()) {
            store.full(true);
            Call.Answer refused = post(server, manifest("shop"));

            assertEquals(
                    "500 INTERNAL app=shop: its manifest cannot be kept: store in memory cannot be written: full (make"
                            + " room); nothing has changed",
                    refused.told());
            assertEquals(List.of(), orchestrator.calls());
            store.full(false);
            assertEquals(201, post(server, manifest("shop")).status());
        }
    }

    @Test
    void whatIsTakenIsSafeBeforeTheOrchestratorIsAskedAndCountsOnceItHasSaidYes() {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        orchestrator.waitFor(taken);
        try (ManagementServer server = started()) {
            CompletableFuture<Call.Answer> answer = CompletableFuture.supplyAsync(() -> post(server, manifest("shop")));
            await().atMost(Call.PATIENCE).until(() -> !orchestrator.calls().isEmpty());
            assertEquals(List.of("shop"), drafts());
            assertEquals(List.of(), kept());
            taken.complete(null);
            assertEquals(201, answer.join().status());
            assertEquals(List.of("shop"), kept());
        }
    }

    @Test
    void whatWasTakenAndThenCannotBeKeptIsTold() {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        orchestrator.waitFor(taken);
        try (ManagementServer server = started()) {
            CompletableFuture<Call.Answer> answer = CompletableFuture.supplyAsync(() -> post(server, manifest("shop")));
            await().atMost(Call.PATIENCE).until(() -> !orchestrator.calls().isEmpty());
            store.full(true);
            taken.complete(null);
            assertTrue(
                    answer.join().told().endsWith("; it was taken, but only until the platform's next start"),
                    answer.join().told());
        }
    }

    @Test
    void whatIsKeptIsTakenAgainAtStart() {
        keep("shop", manifest("shop"));
        keep("cart", manifest("cart"));
        store.write(List.of(Change.put(KeptManifests.DRAFTS, "half", "name: half".getBytes(UTF_8))));
        try (ManagementServer server = started()) {
            await().atMost(Call.PATIENCE).until(() -> orchestrator.statuses().size() == 2);
            assertEquals(List.of(), drafts());

            String second = ManagementServerTest.manifest("cart", "2");
            assertEquals(
                    200,
                    Call.of(server.address(), "PUT", "/apps/cart")
                            .yaml(second)
                            .answer()
                            .status());
            assertEquals(second, text("cart"));
            Call.of(server.address(), "DELETE", "/apps/shop").answer();
            assertEquals(List.of("cart"), kept());
        }
    }

    @Test
    void whatIsKeptIsThereWhenItHasStarted() {
        keep("shop", manifest("shop"));
        keep("cart", manifest("cart"));
        orchestrator.waitFor(new CompletableFuture<Void>().completeOnTimeout(null, 100, TimeUnit.MILLISECONDS));
        try (ManagementServer server = started()) {
            assertEquals(2, orchestrator.statuses().size());
            assertEquals(
                    "ZERO", get(server, "/apps/shop").json().at("/status/state").asText());
        }
    }

    @Test
    void aBrokenManifestIsToldAndKeptAndTheOthersAreTaken() {
        keep("a", "name: a: b");
        keep("other", manifest("shop"));
        keep("shop", manifest("shop"));
        store.write(List.of(Change.put(KeptManifests.TABLE, "z", new byte[] {'n', (byte) 0xff})));
        try (ManagementServer server = started()) {
            await().atMost(Call.PATIENCE).until(() -> orchestrator.statuses().size() == 1);
            JsonNode broken = get(server, "/status").json().get("brokenManifests");

            assertEquals(3, broken.size());
            assertEquals("a", broken.get(0).get("key").asText());
            assertTrue(broken.get(0).get("message").asText().startsWith("line 1, column 8: "), broken.toString());
            assertEquals(
                    "is the manifest of shop (expected: that of other)",
                    broken.get(1).get("message").asText());
            assertEquals(
                    "is not UTF-8 (expected: a manifest)",
                    broken.get(2).get("message").asText());
            assertEquals(List.of("a", "other", "shop", "z"), kept());
        }
    }

    @Test
    void aBrokenManifestIsReplacedOrDeletedLikeAnother() {
        keep("cart", "name: a: b");
        keep("shop", "name: a: b");
        try (ManagementServer server = started()) {
            assertEquals(
                    204,
                    Call.of(server.address(), "DELETE", "/apps/shop").answer().status());
            assertEquals(Set.of(new AppId("cart")), orchestrator.expected());
            assertEquals(201, post(server, manifest("cart")).status());
            assertEquals(Set.of(), orchestrator.expected());
            assertEquals(0, get(server, "/status").json().get("brokenManifests").size());
            assertEquals(List.of("cart"), kept());
            assertEquals(
                    404,
                    Call.of(server.address(), "DELETE", "/apps/shop").answer().status());
        }
    }

    @Test
    void whatCannotBeTakenYetIsTriedAgain() {
        keep("shop", manifest("shop"));
        for (int i = 0; i < 3; i++) {
            orchestrator.refuseNext(new RefusedException(
                    RefusedException.Code.FAILED_PRECONDITION, "app=shop: no driver for images is here"));
        }
        try (ManagementServer server = started()) {
            await().atMost(Call.PATIENCE).until(() -> !orchestrator.statuses().isEmpty());
            assertEquals(4, orchestrator.calls().size());
            assertEquals(
                    "ZERO", get(server, "/apps/shop").json().at("/status/state").asText());
        }
    }

    @Test
    void whatWaitsToBeTakenAgainIsThereForCallers() {
        keep("shop", manifest("shop"));
        for (int i = 0; i < 1_000; i++) {
            orchestrator.refuseNext(new RefusedException(
                    RefusedException.Code.FAILED_PRECONDITION, "app=shop: no driver for images is here"));
        }
        try (ManagementServer server = started()) {
            await().atMost(Call.PATIENCE)
                    .untilAsserted(() -> assertEquals(
                            "kept since an earlier start, not taken again yet: app=shop: no driver for images is here",
                            get(server, "/apps/shop")
                                    .json()
                                    .at("/status/condition")
                                    .asText()));
            assertEquals(
                    "FAILING",
                    get(server, "/apps").json().at("/apps/0/status/state").asText());
            await().atMost(Call.PATIENCE)
                    .until(() -> post(server, manifest("shop")).told().startsWith("409 ALREADY_EXISTS"));

            await().atMost(Call.PATIENCE)
                    .until(() -> Call.of(server.address(), "DELETE", "/apps/shop")
                                    .answer()
                                    .status()
                            == 204);
            assertEquals(404, get(server, "/apps/shop").status());
            assertEquals(List.of(), kept());
        }
    }

    @Test
    void aDeletionHoldsAgainstACrashFromTheMomentThatItIsHandedOn() {
        try (ManagementServer server = started()) {
            post(server, manifest("shop"));
            List<String> left = new CopyOnWriteArrayList<>(List.of("not asked"));
            orchestrator.onDelete(() -> {
                left.clear();
                left.addAll(kept());
            });
            assertEquals(
                    204,
                    Call.of(server.address(), "DELETE", "/apps/shop").answer().status());
            assertEquals(List.of(), left);
            assertEquals(List.of(), drafts());
            assertEquals(List.of(), kept());
        }
    }

    @Test
    void aDeletionThatIsRefusedLeavesTheManifest() {
        try (ManagementServer server = started()) {
            post(server, manifest("shop"));
            orchestrator.refuseNext(new RefusedException(RefusedException.Code.UNAVAILABLE, "shutting down"));
            assertEquals(
                    503,
                    Call.of(server.address(), "DELETE", "/apps/shop").answer().status());
            assertEquals(List.of("shop"), kept());
        }
    }

    @Test
    void aManifestThatCannotBeRemovedIsToldAndNothingIsDeleted() {
        try (ManagementServer server = started()) {
            post(server, manifest("shop"));
            store.full(true);
            Call.Answer answer =
                    Call.of(server.address(), "DELETE", "/apps/shop").answer();

            assertEquals(500, answer.status());
            assertTrue(answer.told().contains("its manifest cannot be removed: store in memory"), answer.told());
            assertTrue(answer.told().endsWith("; nothing has changed"), answer.told());
            assertEquals(1, orchestrator.calls().size());
            assertEquals(List.of("shop"), kept());
        }
    }

    @Test
    void instancesOfWhatIsKeptAreNotNobodysEvenIfItsManifestCannotBeRead() {
        keep("broken", "name: a: b");
        keep("cart", manifest("cart"));
        keep("misnamed", manifest("shop"));
        for (int i = 0; i < 2; i++) {
            orchestrator.refuseNext(new RefusedException(RefusedException.Code.FAILED_PRECONDITION, "no driver yet"));
        }
        try (ManagementServer server = started()) {
            assertEquals(2, get(server, "/status").json().get("brokenManifests").size());
            assertTrue(orchestrator
                    .expected()
                    .containsAll(Set.of(new AppId("broken"), new AppId("misnamed"), new AppId("shop"))));
            await().atMost(Call.PATIENCE).until(() -> !orchestrator.statuses().isEmpty());
            await().atMost(Call.PATIENCE).until(() -> orchestrator
                    .expected()
                    .equals(Set.of(new AppId("broken"), new AppId("misnamed"), new AppId("shop"))));
        }
    }

    @Test
    void instancesOfWhatTheOperatorForbidsAreNotKeptForIt() {
        keep("cart", manifest("cart"));
        for (int i = 0; i < 1_000; i++) {
            orchestrator.refuseNext(new RefusedException(RefusedException.Code.PERMISSION_DENIED, "no"));
        }
        try (ManagementServer server = started()) {
            await().atMost(Call.PATIENCE)
                    .until(() -> !orchestrator.calls().isEmpty()
                            && orchestrator.expected().isEmpty());
            assertEquals(200, get(server, "/apps/cart").status(), "its manifest is kept");
        }
    }

    @Test
    void aDeletedApplicationDoesNotComeBackEvenIfItStillDrains() {
        try (ManagementServer server = started()) {
            post(server, manifest("shop"));
            orchestrator.waitFor(new CompletableFuture<>());
            assertEquals(
                    202,
                    Call.of(server.address(), "DELETE", "/apps/shop?drain=1h")
                            .answer()
                            .status());
            assertEquals(List.of(), kept());
        }
    }
}
