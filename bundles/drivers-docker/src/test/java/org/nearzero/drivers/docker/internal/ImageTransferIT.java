package org.nearzero.drivers.docker.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.ImageManifest.Part;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.model.Artefact;

/** Images go from one real engine to another: {@code there} is one of the test's own, {@code here} the machine's. */
class ImageTransferIT {
    /** No registry is at port 1: what is missing cannot be had by a pull. */
    private static final String SHOP = "127.0.0.1:1/nearzero-transfer-test/shop";

    private static OwnEngine own;
    private static TestEngine there;
    private final TestEngine here = TestEngine.DEFAULT;
    private final DockerDriver thereDriver = new DockerDriver(DockerSettings.at(own.host()));
    private final DockerDriver hereDriver = new DockerDriver(DockerSettings.defaults());
    private final Orders orders = Orders.ofTestImage();

    @TempDir
    Path parts;

    @BeforeAll
    static void anotherEngine() throws IOException {
        own = new OwnEngine();
        there = own.start();
        there.build(SHOP + ":1", "");
        there.build(SHOP + ":2", """
                RUN ["/bin/busybox", "dd", "if=/dev/urandom", "of=/upper", "bs=1k", "count=64"]""");
    }

    @AfterAll
    static void noOtherEngine() throws Exception {
        own.close();
    }

    @BeforeEach
    void nothingHere() {
        Stream.of(
                        here.docker("images", "-q", "--no-trunc", SHOP),
                        here.docker("images", "-q", "--no-trunc", "nearzero"),
                        here.docker("images", "-q", "--no-trunc", "127.0.0.1:*/acme/shop"))
                .flatMap(String::lines)
                .distinct()
                .filter(id -> !id.isBlank())
                .forEach(id -> here.docker("rmi", "-f", id));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (DockerDriver driver : List.of(hereDriver, thereDriver)) {
            for (DriverInstance each : Orders.done(driver.list(orders.pop()))) {
                Orders.done(driver.stop(each.appInstanceId(), Duration.ZERO));
            }
            driver.close();
        }
        nothingHere();
    }

    @Test
    void anImageStartsWhereItHasNeverBeen() throws Exception {
        Artefact shop = new Artefact(SHOP + ":1");
        ImageManifest manifest = Orders.done(thereDriver.exportImage(shop, parts));
        assertEquals(idThere(":1"), manifest.config().digest());
        assertTrue(manifest.layers().size() >= 3, manifest::toString);
        assertEquals(digests(manifest.parts()), Orders.done(hereDriver.missingParts(manifest)));
        assertEquals(
                Code.IMAGE_NOT_FOUND, Orders.refused(hereDriver.prePull(shop)).code());

        Orders.done(hereDriver.importImage(shop, manifest, parts));
        assertEquals(manifest.config().digest(), idHere(SHOP + ":1"));
        assertAnswers(shop);
        assertEquals(Set.of(), Orders.done(hereDriver.missingParts(manifest)));
    }

    @Test
    void whatIsHereAlreadyNeedNotCome() throws Exception {
        hand(new Artefact(SHOP + ":1"));
        Path upperParts = Files.createDirectory(parts.resolve("upper"));
        Artefact second = new Artefact(SHOP + ":2", idThere(":2"));
        ImageManifest manifest = Orders.done(thereDriver.exportImage(second, upperParts));
        Part upper = manifest.layers().get(manifest.layers().size() - 1);
        assertEquals(digests(List.of(manifest.config(), upper)), Orders.done(hereDriver.missingParts(manifest)));

        for (Part lower : manifest.layers().subList(0, manifest.layers().size() - 1)) {
            Files.deleteIfExists(upperParts.resolve(lower.fileName()));
        }
        Orders.done(hereDriver.importImage(second, manifest, upperParts));
        assertAnswers(second);
    }

    @Test
    void whatHasGoneMeanwhileIsNamed() throws Exception {
        Artefact shop = new Artefact(SHOP + ":1");
        ImageManifest manifest = Orders.done(thereDriver.exportImage(shop, parts));
        Part lowest = manifest.layers().get(0);
        Files.delete(parts.resolve(lowest.fileName()));
        refusedWithoutATrace(shop, manifest, parts, "part " + lowest.digest() + " is needed and is not there");
        Files.delete(parts.resolve(manifest.config().fileName()));
        refusedWithoutATrace(
                shop, manifest, parts, "part " + manifest.config().digest() + " is needed and is not there");
    }

    /** By the time of the load, that is: its words are how the driver knows which. */
    @Test
    void theEngineNamesTheLayerThatItMisses() throws Exception {
        ImageManifest manifest = Orders.done(thereDriver.exportImage(new Artefact(SHOP + ":1"), parts));
        Part lowest = manifest.layers().get(0);
        Set<String> others = digests(manifest.parts());
        others.remove(lowest.digest());
        ImageArchive archive = new ImageArchive(new ImageFiles("image=x: import", parts), manifest, others);
        try (Engine engine = new Engine(DockerSettings.defaults())) {
            String words = assertThrows(Load.Refused.class, () -> Load.into(engine.client(), archive))
                    .getMessage();
            assertTrue(words.contains(lowest.fileName()), words);
        }
    }

    @Test
    void aPartThatIsNotWhatItIsCalledIsRefused() throws Exception {
        Artefact shop = new Artefact(SHOP + ":1");
        ImageManifest manifest = Orders.done(thereDriver.exportImage(shop, parts));
        Part upper = manifest.layers().get(manifest.layers().size() - 1);
        byte[] right = Files.readAllBytes(parts.resolve(upper.fileName()));
        byte[] wrong = right.clone();
        wrong[wrong.length / 2] ^= 1;
        Files.write(parts.resolve(upper.fileName()), wrong);
        refusedWithoutATrace(shop, manifest, parts, "part " + upper.digest() + " has the digest sha256:");
        Files.write(parts.resolve(upper.fileName()), java.util.Arrays.copyOf(right, right.length - 1));
        refusedWithoutATrace(shop, manifest, parts, "expected: " + upper.bytes());
        Files.delete(parts.resolve(upper.fileName()));
        Files.createSymbolicLink(parts.resolve(upper.fileName()), Path.of("/etc/passwd"));
        refusedWithoutATrace(shop, manifest, parts, "is not a regular file");
    }

    @Test
    void layersThatAreNotTheConfigsAreRefused() throws Exception {
        Artefact shop = new Artefact(SHOP + ":1");
        ImageManifest manifest = Orders.done(thereDriver.exportImage(shop, parts));
        Part foreign = add("no archive at all");
        List<Part> layers = new java.util.ArrayList<>(manifest.layers());
        layers.set(0, foreign);
        refusedWithoutATrace(
                shop, new ImageManifest(manifest.config(), layers), parts, "the engine does not take it: ");
        refusedWithoutATrace(
                shop,
                new ImageManifest(manifest.config(), manifest.layers().subList(1, layers.size())),
                parts,
                " layers, ");
        Part nonsense = add("no JSON");
        refusedWithoutATrace(
                shop, new ImageManifest(nonsense, manifest.layers()), parts, "is no image's configuration");
    }

    @Test
    void aNameKeepsItsImageUntilAnotherIsWhole() throws Exception {
        Artefact shop = new Artefact(SHOP + ":1");
        hand(shop);
        String before = idHere(SHOP + ":1");
        there.docker("tag", SHOP + ":1", SHOP + ":old");
        there.docker("tag", SHOP + ":2", SHOP + ":1");
        try {
            Path newer = Files.createDirectory(parts.resolve("newer"));
            ImageManifest manifest = Orders.done(thereDriver.exportImage(shop, newer));
            Artefact wrong = new Artefact(SHOP + ":1", "sha256:" + "0".repeat(64));
            DriverException refused = Orders.refused(hereDriver.importImage(wrong, manifest, newer));
            assertEquals(Code.IMAGE_INVALID, refused.code());
            assertTrue(refused.getMessage().contains(wrong.checksum()), refused.getMessage());
            assertEquals(before, idHere(SHOP + ":1"));

            Orders.done(hereDriver.prePull(shop));
            Orders.done(hereDriver.importImage(shop, manifest, newer));
            assertNotEquals(before, idHere(SHOP + ":1"));
            InstanceSpec spec = orders.with(shop).next();
            Orders.done(hereDriver.start(spec));
            assertEquals(
                    manifest.config().digest(),
                    here.docker(
                            "inspect", "-f", "{{.Image}}", spec.appInstanceId().value()));
        } finally {
            there.docker("tag", SHOP + ":old", SHOP + ":1");
            there.docker("rmi", SHOP + ":old");
            here.docker("rmi", before);
        }
    }

    @Test
    void aNameWithoutATagIsTheLatest() throws Exception {
        there.docker("tag", SHOP + ":1", SHOP + ":latest");
        hand(new Artefact(SHOP));
        assertEquals(idThere(":1"), idHere(SHOP + ":latest"));
        assertAnswers(new Artefact(SHOP));
    }

    @Test
    void anIdIsHeldUnderATagSoThatItIsNotTidiedAway() throws Exception {
        Artefact byId = new Artefact(idThere(":1"), idThere(":1"));
        ImageManifest manifest = hand(byId);
        here.docker("image", "prune", "-f", "--filter", "label=org.nearzero.room=drivers-docker");
        assertAnswers(byId);
        assertEquals(
                manifest.config().digest(),
                idHere("nearzero:image-" + manifest.config().fileName()));
        Artefact other = new Artefact(idThere(":2"));
        DriverException refused = Orders.refused(hereDriver.importImage(other, manifest, parts));
        assertEquals(Code.IMAGE_INVALID, refused.code());
        assertTrue(refused.getMessage().contains("those of another image"), refused.getMessage());
    }

    @Test
    void aRegistrysDigestIsKnownWhereTheRegistryIsNot() throws Exception {
        Path served = Files.createDirectory(parts.resolve("served"));
        ImageManifest manifest = Orders.done(thereDriver.exportImage(new Artefact(SHOP + ":2"), served));
        String image;
        Artefact checked;
        Path fromHere = Files.createDirectory(parts.resolve("from-here"));
        try (Registry registry = new Registry(manifest, served)) {
            image = registry.image();
            checked = new Artefact(image, registry.digest());
            Orders.done(hereDriver.prePull(checked));
            assertEquals(manifest, Orders.done(hereDriver.exportImage(checked, fromHere)));
        }
        there.docker("rmi", SHOP + ":2");
        assertEquals(
                Code.IMAGE_NOT_FOUND,
                Orders.refused(thereDriver.prePull(checked)).code());
        Orders.done(thereDriver.importImage(checked, manifest, fromHere));
        there.docker("tag", manifest.config().digest(), SHOP + ":2");
        InstanceSpec spec = orders.with(checked).next();
        DriverInstance instance = Orders.done(thereDriver.start(spec));
        await().atMost(Orders.PATIENCE).ignoreExceptions().until(() -> own.inItsNetwork(
                        "/bin/busybox",
                        "wget",
                        "-qO-",
                        "http://" + instance.endpoint().orElseThrow() + "/")
                .equals("hello"));
        // And it can be handed on from there.
        Path onwards = Files.createDirectory(parts.resolve("onwards"));
        assertEquals(manifest, Orders.done(thereDriver.exportImage(checked, onwards)));
        Orders.done(thereDriver.importImage(checked, manifest, parts));
    }

    @Test
    void whatIsThereNeedsNoParts() throws Exception {
        Artefact shop = new Artefact(SHOP + ":1");
        ImageManifest manifest = hand(shop);
        Path nothing = parts.resolve("nothing");
        Orders.done(hereDriver.importImage(shop, manifest, nothing));
        // Under another name it is the same image.
        Artefact alias = new Artefact(SHOP + ":alias", manifest.config().digest());
        Orders.done(hereDriver.importImage(alias, manifest, nothing));
        assertEquals(manifest.config().digest(), idHere(SHOP + ":alias"));
    }

    @Test
    void whatIsNotThereIsNotExported() throws Exception {
        for (String absent :
                List.of(SHOP + ":absent", "sha256:" + "1".repeat(64), SHOP + "@sha256:" + "1".repeat(64))) {
            DriverException refused = Orders.refused(thereDriver.exportImage(new Artefact(absent), parts));
            assertEquals(Code.IMAGE_NOT_FOUND, refused.code());
            assertTrue(refused.getMessage().contains(absent), refused.getMessage());
        }
        Artefact wrong = new Artefact(SHOP + ":1", "sha256:" + "1".repeat(64));
        assertEquals(
                Code.IMAGE_INVALID,
                Orders.refused(thereDriver.exportImage(wrong, parts)).code());
        assertEquals(
                Code.UNSUPPORTED,
                Orders.refused(thereDriver.exportImage(new Artefact("file:///bin/true"), parts))
                        .code());
        try (Stream<Path> files = Files.list(parts)) {
            assertEquals(List.of(), files.toList());
        }
    }

    @Test
    void aHundredMegabytesGoThrough() throws Exception {
        there.build(SHOP + ":large", """
                RUN ["/bin/busybox", "dd", "if=/dev/urandom", "of=/large", "bs=1M", "count=100"]""");
        try {
            ImageManifest manifest = hand(new Artefact(SHOP + ":large"));
            long largest =
                    manifest.layers().stream().mapToLong(Part::bytes).max().orElse(0);
            assertTrue(largest > 100 << 20, manifest::toString);
            assertAnswers(new Artefact(SHOP + ":large"));
        } finally {
            there.docker("rmi", SHOP + ":large");
        }
    }

    private ImageManifest hand(Artefact artefact) throws Exception {
        ImageManifest manifest = Orders.done(thereDriver.exportImage(artefact, parts));
        Orders.done(hereDriver.importImage(artefact, manifest, parts));
        return manifest;
    }

    private Part add(String content) throws IOException {
        Part part = SavedImageTest.part(content);
        Files.write(parts.resolve(part.fileName()), content.getBytes(StandardCharsets.UTF_8));
        return part;
    }

    private void refusedWithoutATrace(Artefact artefact, ImageManifest manifest, Path directory, String why) {
        DriverException refused = Orders.refused(hereDriver.importImage(artefact, manifest, directory));
        assertEquals(Code.IMAGE_INVALID, refused.code(), refused.getMessage());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
        assertEquals("", here.docker("images", "-q", artefact.imagePath()));
        assertEquals(
                Code.IMAGE_NOT_FOUND,
                Orders.refused(hereDriver.prePull(artefact)).code());
    }

    private void assertAnswers(Artefact artefact) throws Exception {
        DriverInstance instance =
                Orders.done(hereDriver.start(orders.with(artefact).next()));
        URI address = URI.create("http://" + instance.endpoint().orElseThrow() + "/");
        await().atMost(Orders.PATIENCE).ignoreExceptions().until(() -> {
            try (var answer = address.toURL().openStream()) {
                return new String(answer.readAllBytes(), StandardCharsets.UTF_8).equals("hello\n");
            }
        });
    }

    private static Set<String> digests(List<Part> some) {
        return some.stream().map(Part::digest).collect(Collectors.toSet());
    }

    private static String idThere(String tag) {
        return there.docker("inspect", "-f", "{{.Id}}", SHOP + tag);
    }

    private String idHere(String name) {
        return here.docker("inspect", "-f", "{{.Id}}", name);
    }
}
