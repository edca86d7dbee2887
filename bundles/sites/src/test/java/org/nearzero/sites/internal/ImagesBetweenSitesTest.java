package org.nearzero.sites.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.sites.Migration;
import org.nearzero.api.sites.PeerService;

/** Two sites on real sockets without a registry: an image comes from its homebase before the application is served. */
class ImagesBetweenSitesTest {
    private static final AppId SHOP = new AppId("shop");
    private static final String IMAGE = "acme/shop:1";
    private static final int PIECE = Wire.ImagePiece.LARGEST_PIECE;
    private static final int LAYER = 3 * PIECE + 17;

    @TempDir
    private Path directory;

    private final TestSite hub = new TestSite("hub");
    private final TestSite east = new TestSite("east");
    private final List<Migration> told = new CopyOnWriteArrayList<>();
    private final List<Wire.ImagePiece> pieces = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() {
        hub.with(settings -> settings.withImages(directory.resolve("hub"))).start();
        east.with(settings -> settings.withImages(directory.resolve("east")).withPeers(List.of(hub.address())))
                .start();
        hub.sites().watch(told::add);
    }

    @AfterEach
    void stop() {
        hub.close();
        east.close();
    }

    private static void until(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(assertion);
    }

    private String partOfEast() {
        return east.placement(SHOP).map(part -> part.getClass().getSimpleName()).orElse("none");
    }

    private void untilEastServes() {
        until(() -> assertEquals("Serve", partOfEast()));
    }

    private void usersAtEast() {
        hub.sites().apply(Applications.moving("shop")).toCompletableFuture().join();
        untilEastRelays();
        east.ingress.sessions(SHOP, 3);
    }

    private void untilEastRelays() {
        until(() -> assertEquals("Relay", partOfEast()));
    }

    /** Whoever asks for pieces is written down, and waits while the gate is not open. */
    private void watchPieces(CompletableFuture<Void> gate, int free) {
        PeerService site = hub.sites();
        hub.door.serve((peer, path, body) -> {
            if (!path.equals(PeerPaths.IMAGE_PART)) {
                return site.answer(peer, path, body);
            }
            pieces.add(Json.read(body, Wire.ImagePiece.class));
            return pieces.size() <= free
                    ? site.answer(peer, path, body)
                    : gate.thenCompose(open -> site.answer(peer, path, body));
        });
    }

    private Set<String> digests(byte[]... layers) {
        return Arrays.stream(layers).map(FakeImageDriver::digest).collect(Collectors.toSet());
    }

    private static List<Path> files(Path spool) throws IOException {
        if (!Files.exists(spool)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(spool)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void anImageComesFromItsHomebaseBeforeItIsServed() throws Exception {
        byte[][] layers = FakeImageDriver.layers(3, LAYER);
        hub.images.has(IMAGE, layers);

        usersAtEast();

        untilEastServes();
        assertTrue(east.images.holds(IMAGE));
        assertEquals(digests(layers), east.images.imported());
        assertEquals(List.of(), files(directory.resolve("east")));
        assertEquals(4, files(directory.resolve("hub")).size()); // for the next who asks
    }

    @Test
    void onlyLayersThatAreNotHereCome() {
        byte[][] layers = FakeImageDriver.layers(3, LAYER);
        hub.images.has(IMAGE, layers);
        east.images.has("acme/base:1", layers[0], layers[1]);
        watchPieces(CompletableFuture.completedFuture(null), 0);

        usersAtEast();

        untilEastServes();
        assertEquals(digests(layers[2]), east.images.imported());
        Set<String> asked = pieces.stream().map(Wire.ImagePiece::digest).collect(Collectors.toSet());
        assertFalse(asked.contains(FakeImageDriver.digest(layers[0])), asked.toString());
        assertFalse(asked.contains(FakeImageDriver.digest(layers[1])), asked.toString());
    }

    @Test
    void aSiteThatIsKilledMeanwhileGoesOnWhereItWas() {
        byte[] layer = FakeImageDriver.layer(7, 12 * PIECE);
        hub.images.has(IMAGE, layer);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        watchPieces(gate, 6);
        usersAtEast();
        until(() -> assertTrue(pieces.size() > 6, pieces.toString()));

        east.kill();
        pieces.clear();
        watchPieces(CompletableFuture.completedFuture(null), 0);
        gate.complete(null);
        east.orchestrator.delete(SHOP, Duration.ZERO);
        east.orchestrator.refuse(
                Placement.Serve.class,
                Optional.of(
                        new RefusedException(RefusedException.Code.FAILED_PRECONDITION, "app=shop: no image here")));
        east.start();

        until(() -> assertTrue(east.images.holds(IMAGE)));
        east.orchestrator.refuse(Optional.empty());
        untilEastServes();
        List<Long> offsets = pieces.stream()
                .filter(piece -> piece.digest().equals(FakeImageDriver.digest(layer)))
                .map(Wire.ImagePiece::offset)
                .toList();
        assertFalse(offsets.contains(0L), offsets.toString());
    }

    @Test
    void whileItComesTheSiteRelaysAndLetsItselfBeToldOtherwise() {
        hub.images.has(IMAGE, FakeImageDriver.layers(1, LAYER));
        CompletableFuture<Void> gate = new CompletableFuture<>();
        watchPieces(gate, 1);
        usersAtEast();
        until(() -> assertTrue(pieces.size() > 1, pieces.toString()));
        assertEquals("Relay", partOfEast());

        hub.sites().delete(SHOP, Duration.ZERO).toCompletableFuture().join();

        until(() -> assertEquals(Optional.empty(), east.placement(SHOP)));
        gate.complete(null);
    }

    @Test
    void anImageThatIsNotWhatItsDigestSaysIsRefusedAndTheRelayGoesOn() {
        hub.images.has(IMAGE, FakeImageDriver.layers(1, LAYER));
        hub.images.lie();

        usersAtEast();

        until(() -> assertTrue(
                told.stream()
                        .anyMatch(migration -> migration.state() == Migration.State.FAILED
                                && reason(migration)
                                        .contains("nor could it be brought from hub: a part has the digest")),
                told.toString()));
        untilEastRelays();
        assertFalse(east.images.holds(IMAGE));
    }

    private static String reason(Migration migration) {
        return migration.history().get(migration.history().size() - 1).reason();
    }

    @Test
    void aHomebaseThatHasItNotEitherSaysSo() {
        usersAtEast();

        until(() -> assertTrue(
                told.stream()
                        .anyMatch(migration -> migration.state() == Migration.State.FAILED
                                && reason(migration).contains("its image is not to be had: image acme/shop:1 is not")),
                told.toString()));
    }

    @Test
    void onlyImagesOfApplicationsWhoseHomebaseThisIsAreGiven() {
        hub.images.has(IMAGE, FakeImageDriver.layers(1, 1));
        hub.images.has("acme/secret:1", FakeImageDriver.layers(1, 1));
        hub.sites().apply(Applications.moving("shop")).toCompletableFuture().join();

        assertEquals(
                404,
                ask(new Wire.Image(new AppId("secret"), new Artefact("acme/secret:1")))
                        .status());
        PeerService.Answer other = ask(new Wire.Image(SHOP, new Artefact("acme/secret:1")));
        assertEquals(404, other.status());
        String words = new String(other.body(), StandardCharsets.UTF_8);
        assertTrue(words.contains("made from acme/shop:1 now, not from acme/secret:1"), words);
        assertEquals(200, ask(new Wire.Image(SHOP, new Artefact(IMAGE))).status());
    }

    private PeerService.Answer ask(Wire.Image request) {
        return hub.sites()
                .answer(Optional.of(east.popId), PeerPaths.IMAGE, Json.write(request))
                .toCompletableFuture()
                .join();
    }
}
