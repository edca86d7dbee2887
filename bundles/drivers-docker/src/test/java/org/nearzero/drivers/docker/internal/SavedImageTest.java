package org.nearzero.drivers.docker.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.ImageManifest.Part;

class SavedImageTest {
    @TempDir
    Path around;

    private Path directory;
    private final Tar tar = new Tar();

    @BeforeEach
    void emptyDirectory() throws IOException {
        directory = Files.createDirectory(around.resolve("parts"));
    }

    @Test
    void anOldEnginesEqualLayersAreOneFile() throws Exception {
        tar.directory("one/")
                .file("one/VERSION", "1.0")
                .file("one/json", "{}")
                .file("one/layer.tar", "lower")
                .link("two/layer.tar", "../one/layer.tar")
                .link("three/layer.tar", "../two/layer.tar")
                .file("four/layer.tar", "upper")
                .file("abc.json", "config")
                .file("manifest.json", manifest("abc.json", "one", "four", "two", "three"));
        ImageManifest manifest = unpack();
        assertEquals(part("config"), manifest.config());
        assertEquals(List.of(part("lower"), part("upper"), part("lower"), part("lower")), manifest.layers());
        assertHolds("config", "lower", "upper");
    }

    @Test
    void aNewEnginesLayoutHasTheSameParts() throws Exception {
        tar.directory("blobs/")
                .directory("blobs/sha256/")
                .file("blobs/sha256/11", "config")
                .file("blobs/sha256/22", "lower")
                .file("blobs/sha256/33", "of no interest")
                .file("index.json", "{}")
                .file("manifest.json", """
                        [{"Config":"blobs/sha256/11","RepoTags":null,"Layers":["blobs/sha256/22"],"LayerSources":{}}]""")
                .file("oci-layout", "{}");
        assertEquals(new ImageManifest(part("config"), List.of(part("lower"))), unpack());
        assertHolds("config", "lower");
    }

    @Test
    void aHardLinkIsFollowedFromTheTop() throws Exception {
        tar.file("a/layer.tar", "lower")
                .hardLink("b/layer.tar", "a/layer.tar")
                .file("c.json", "config")
                .file("manifest.json", manifest("c.json", "b"));
        assertEquals(List.of(part("lower")), unpack().layers());
    }

    @Test
    void anImageWithoutLayersHasItsConfigAlone() throws Exception {
        tar.file("c.json", "config").file("manifest.json", manifest("c.json"));
        assertEquals(new ImageManifest(part("config"), List.of()), unpack());
        assertHolds("config");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../escaped", "../../escaped", "/escaped", "a/../../escaped", "./../escaped", "parts/../../x"})
    void aNameThatPointsOutsideIsOnlyAName(String name) throws Exception {
        Set<Path> before = everything();
        tar.file(name, "lower")
                .link("link", "../../../../etc/passwd")
                .file("c.json", "config")
                .file("manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"" + name + "\"]}]");
        assertEquals(List.of(part("lower")), unpack().layers());
        assertHolds("config", "lower");
        before.add(directory.resolve(part("lower").fileName()));
        before.add(directory.resolve(part("config").fileName()));
        assertEquals(before, everything());
    }

    @Test
    void whatALinkPointsToOutsideIsNotTaken() {
        tar.link("link", "/etc/passwd").file("c.json", "config").file("manifest.json", """
                [{"Config":"c.json","Layers":["link"]}]""");
        refused("names link, which is not in it");
    }

    @Test
    void linksInACircleAreRefused() {
        tar.link("a", "b").link("b", "a").file("c.json", "config").file("manifest.json", """
                [{"Config":"c.json","Layers":["a"]}]""");
        refused("names a, which is not in it");
    }

    @Test
    void anArchiveThatIsNoImagesIsRefused() {
        tar.file("c.json", "config");
        refused("manifest.json has 0 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[]", "{}", "[{},{}]", "[{\"Layers\":[]}]", "not JSON", "[{\"Config\":\"gone.json\"}]", "1"})
    void aManifestThatSaysNothingIsRefused(String manifest) {
        tar.file("c.json", "config").file("manifest.json", manifest);
        refused("the engine's archive of it is not understood");
    }

    @Test
    void aManifestWithoutEndIsRefused() {
        tar.file("manifest.json", "[" + " ".repeat(5 * 1024 * 1024) + "]");
        refused("expected: 1 to 4194304");
    }

    @Test
    void anArchiveThatBreaksOffIsNoImage() {
        tar.file("c.json", "config").file("layer", "l".repeat(10_000));
        byte[] all = tar.bytes();
        assertThrows(
                IOException.class, () -> SavedImage.unpack(new ByteArrayInputStream(all, 0, all.length / 2), files()));
    }

    @Test
    void aDirectoryThatIsNotThereIsNamed() throws Exception {
        Files.delete(directory);
        tar.file("c.json", "config").file("manifest.json", manifest("c.json"));
        DriverException refused = assertThrows(DriverException.class, this::unpack);
        assertTrue(refused.getMessage().contains("cannot write to " + directory), refused.getMessage());
    }

    private void refused(String why) {
        DriverException refused = assertThrows(DriverException.class, this::unpack);
        assertEquals(Code.INTERNAL, refused.code());
        assertTrue(refused.getMessage().startsWith("image=x: export: "), refused.getMessage());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    private ImageManifest unpack() throws IOException {
        return SavedImage.unpack(new ByteArrayInputStream(tar.bytes()), files());
    }

    private ImageFiles files() {
        return new ImageFiles("image=x: export", directory);
    }

    private void assertHolds(String... contents) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(
                    Stream.of(contents)
                            .map(SavedImageTest::part)
                            .map(Part::fileName)
                            .collect(Collectors.toSet()),
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
        }
        for (String content : contents) {
            assertEquals(
                    content, Files.readString(directory.resolve(part(content).fileName())));
        }
    }

    private Set<Path> everything() throws IOException {
        try (Stream<Path> files = Files.walk(around)) {
            return files.collect(Collectors.toSet());
        }
    }

    private static String manifest(String config, String... layers) {
        return "[{\"Config\":\"" + config + "\",\"RepoTags\":[\"x:1\"],\"Layers\":["
                + Stream.of(layers).map(layer -> "\"" + layer + "/layer.tar\"").collect(Collectors.joining(","))
                + "]}]";
    }

    static Part part(String content) {
        try {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return new Part("sha256:" + HexFormat.of().formatHex(digest), bytes.length);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
