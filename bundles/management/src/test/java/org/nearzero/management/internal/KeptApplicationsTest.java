package org.nearzero.management.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.model.AppId;
import org.nearzero.api.orchestrator.RefusedException;

class KeptApplicationsTest {
    @TempDir
    Path directory;

    private final FakeOrchestrator orchestrator = new FakeOrchestrator();

    private ManagementServer started() {
        ManagementServer server = new ManagementServer(
                ManagementSettings.of("127.0.0.1", 0).withApplications(directory.resolve("kept")),
                orchestrator,
                new FakeIngress());
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

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("kept"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void keep(String file, String content) throws IOException {
        Files.createDirectories(directory.resolve("kept"));
        Files.writeString(directory.resolve("kept").resolve(file), content);
    }

    @Test
    void whatWasTakenIsKeptAsItWasWrittenForItsOwnerAlone() throws IOException {
        try (ManagementServer server = started()) {
            String commented = "# ours\n" + manifest("shop");
            assertEquals(201, post(server, commented).status());

            assertEquals(List.of("shop.yaml"), files());
            Path file = directory.resolve("kept/shop.yaml");
            assertEquals(commented, Files.readString(file));
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
    }

    @Test
    void whatWasRefusedIsNotKeptAndDoesNotTouchWhatIs() throws IOException {
        try (ManagementServer server = started()) {
            post(server, manifest("shop"));
            orchestrator.refuseNext(new RefusedException(RefusedException.Code.PERMISSION_DENIED, "no"));
            Call.of(server.address(), "PUT", "/apps/shop")
                    .yaml(ManagementServerTest.manifest("shop", "2"))
                    .answer();
            orchestrator.refuseNext(new RefusedException(RefusedException.Code.PERMISSION_DENIED, "no"));
            post(server, manifest("cart"));

            assertEquals(List.of("shop.yaml"), files());
            assertEquals(manifest("shop"), Files.readString(directory.resolve("kept/shop.yaml")));
        }
    }

    @Test
    void whatCannotBeKeptIsNotHandedOver() throws IOException {
        try (ManagementServer server = started()) {
            Files.delete(directory.resolve("kept"));
            Call.Answer refused = post(server, manifest("shop"));

            assertEquals(500, refused.status());
            assertTrue(refused.told().endsWith("; nothing has changed"), refused.told());
            assertTrue(refused.told().contains(directory.resolve("kept").toString()), refused.told());
            assertEquals(List.of(), orchestrator.calls());
        }
    }

    @Test
    void whatIsKeptIsTakenAgainAtStart() throws IOException {
        keep("shop.yaml", manifest("shop"));
        keep("cart.json", manifest("cart"));
        keep(".half.draft", "name: ha");
        keep("README.md", "not a manifest");
        try (ManagementServer server = started()) {
            await().atMost(Call.PATIENCE).until(() -> orchestrator.statuses().size() == 2);
            assertEquals(List.of("README.md", "cart.json", "shop.yaml"), files());

            assertEquals(
                    200,
                    Call.of(server.address(), "PUT", "/apps/cart")
                            .yaml(ManagementServerTest.manifest("cart", "2"))
                            .answer()
                            .status());
            assertEquals(List.of("README.md", "cart.yaml", "shop.yaml"), files());
            Call.of(server.address(), "DELETE", "/apps/shop").answer();
            assertEquals(List.of("README.md", "cart.yaml"), files());
        }
    }

    @Test
    void whatIsKeptIsThereWhenItHasStarted() throws IOException {
        keep("shop.yaml", manifest("shop"));
        keep("cart.yaml", manifest("cart"));
        orchestrator.waitFor(new CompletableFuture<Void>().completeOnTimeout(null, 100, TimeUnit.MILLISECONDS));
        try (ManagementServer server = started()) {
            assertEquals(2, orchestrator.statuses().size());
            assertEquals(
                    "ZERO", get(server, "/apps/shop").json().at("/status/state").asText());
        }
    }

    @Test
    void aBrokenFileIsToldAndTheOthersAreTaken() throws IOException {
        keep("a.yaml", "name: a: b");
        keep("other.yaml", manifest("shop"));
        keep("shop.yaml", manifest("shop"));
        keep("shop.yml", manifest("shop"));
        try (ManagementServer server = started()) {
            await().atMost(Call.PATIENCE).until(() -> orchestrator.statuses().size() == 1);
            JsonNode broken = get(server, "/status").json().get("brokenManifests");

            assertEquals(3, broken.size());
            assertTrue(broken.get(0).get("file").asText().endsWith("/a.yaml"), broken.toString());
            assertTrue(broken.get(0).get("message").asText().startsWith("line 1, column 8: "), broken.toString());
            assertEquals(
                    "is the manifest of shop (expected: the name shop.yaml)",
                    broken.get(1).get("message").asText());
            assertEquals(
                    "shop has another file (expected: one of them)",
                    broken.get(2).get("message").asText());
        }
    }

    @Test
    void whatCannotBeTakenYetIsTriedAgain() throws IOException {
        keep("shop.yaml", manifest("shop"));
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
    void whatWaitsToBeTakenAgainIsThereForCallers() throws IOException {
        keep("shop.yaml", manifest("shop"));
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
            assertEquals(List.of(), files());
        }
    }

    @Test
    void aDeletionHoldsAgainstACrashFromTheMomentThatItIsHandedOn() throws IOException {
        try (ManagementServer server = started()) {
            post(server, manifest("shop"));
            List<String> left = new CopyOnWriteArrayList<>();
            orchestrator.onDelete(() -> {
                try {
                    left.addAll(files());
                } catch (IOException e) {
                    left.add(e.toString());
                }
            });
            assertEquals(
                    204,
                    Call.of(server.address(), "DELETE", "/apps/shop").answer().status());
            assertEquals(List.of(".shop.draft"), left); // which the next start clears away
            assertEquals(List.of(), files());
        }
    }

    @Test
    void aDeletionThatIsRefusedLeavesTheManifest() throws IOException {
        try (ManagementServer server = started()) {
            post(server, manifest("shop"));
            orchestrator.refuseNext(new RefusedException(RefusedException.Code.UNAVAILABLE, "shutting down"));
            assertEquals(
                    503,
                    Call.of(server.address(), "DELETE", "/apps/shop").answer().status());
            assertEquals(List.of("shop.yaml"), files());
        }
    }

    @Test
    void aManifestThatCannotBeRemovedIsToldAndNothingIsDeleted() throws IOException {
        try (ManagementServer server = started()) {
            post(server, manifest("shop"));
            Files.createDirectories(directory.resolve("kept/.shop.draft/in-the-way"));
            Call.Answer answer =
                    Call.of(server.address(), "DELETE", "/apps/shop").answer();

            assertEquals(500, answer.status());
            assertTrue(answer.told().contains("its manifest cannot be removed from"), answer.told());
            assertTrue(answer.told().endsWith("; nothing has changed"), answer.told());
            assertEquals(1, orchestrator.calls().size());
        }
    }

    @Test
    void instancesOfWhatIsKeptAreNotNobodysEvenIfItsManifestCannotBeRead() throws IOException {
        keep("broken.yaml", "name: a: b");
        keep("cart.yaml", manifest("cart"));
        keep("misnamed.yaml", manifest("shop"));
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
    void instancesOfWhatTheOperatorForbidsAreNotKeptForIt() throws IOException {
        keep("cart.yaml", manifest("cart"));
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
    void aDeletedApplicationDoesNotComeBackEvenIfItStillDrains() throws IOException {
        try (ManagementServer server = started()) {
            post(server, manifest("shop"));
            orchestrator.waitFor(new CompletableFuture<>());
            assertEquals(
                    202,
                    Call.of(server.address(), "DELETE", "/apps/shop?drain=1h")
                            .answer()
                            .status());
            assertEquals(List.of(), files());
        }
    }
}
