package org.nearzero.drivers.docker.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.ImageManifest.Part;

class ImageArchiveTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511, 512, 513, 100_000})
    void whatTheEngineReadsIsWhatIsThere(int bytes) throws Exception {
        Part config = add("config");
        Part lower = add("l".repeat(bytes));
        Part upper = add("u".repeat(bytes + 1));
        ImageManifest manifest = new ImageManifest(config, List.of(lower, upper, lower));
        Map<String, String> read = read(archive(manifest, config, lower, upper));
        assertEquals(Set.of("manifest.json", config.fileName(), lower.fileName(), upper.fileName()), read.keySet());
        assertEquals("l".repeat(bytes), read.get(lower.fileName()));
        assertEquals("u".repeat(bytes + 1), read.get(upper.fileName()));
        assertEquals("config", read.get(config.fileName()));
        String index = read.get("manifest.json");
        assertTrue(index.contains("\"Config\":\"" + config.fileName() + "\""), index);
        assertTrue(
                index.contains("\"Layers\":[\"" + lower.fileName() + "\",\"" + upper.fileName() + "\",\""
                        + lower.fileName() + "\"]"),
                index);
    }

    @Test
    void whatIsNotThereIsNamedOnly() throws Exception {
        Part config = add("config");
        Part absent = SavedImageTest.part("absent");
        Map<String, String> read = read(archive(new ImageManifest(config, List.of(absent)), config));
        assertEquals(Set.of("manifest.json", config.fileName()), read.keySet());
        assertTrue(read.get("manifest.json").contains(absent.fileName()));
    }

    @Test
    void readByteByByteItIsTheSame() throws Exception {
        Part config = add("\u00ff config");
        ImageManifest manifest = new ImageManifest(config, List.of());
        byte[] whole = archive(manifest, config).readAllBytes();
        ImageArchive again = archive(manifest, config);
        byte[] single = new byte[whole.length];
        for (int i = 0; i < single.length; i++) {
            int one = again.read();
            assertNotEquals(-1, one);
            single[i] = (byte) one;
        }
        assertEquals(-1, again.read());
        assertArrayEquals(whole, single);
    }

    @Test
    void aPartThatShrinksEndsTheArchiveWithTheReason() throws Exception {
        Part config = add("config");
        ImageArchive archive = archive(new ImageManifest(config, List.of()), config);
        Files.writeString(directory.resolve(config.fileName()), "con");
        assertThrows(IOException.class, archive::readAllBytes);
        assertEquals(Code.IMAGE_INVALID, archive.failure().orElseThrow().code());
        assertTrue(archive.failure().orElseThrow().getMessage().contains(config.digest()));
    }

    @Test
    void aStoppedArchiveIsNotReadOn() throws Exception {
        Part config = add("config");
        ImageArchive archive = archive(new ImageManifest(config, List.of()), config);
        archive.readNBytes(100);
        archive.stop();
        assertThrows(IOException.class, archive::readAllBytes);
    }

    private Part add(String content) throws IOException {
        Part part = SavedImageTest.part(content);
        Files.writeString(directory.resolve(part.fileName()), content);
        return part;
    }

    private ImageArchive archive(ImageManifest manifest, Part... there) {
        Set<String> digests = new java.util.HashSet<>();
        for (Part part : there) {
            digests.add(part.digest());
        }
        return new ImageArchive(new ImageFiles("image=x: import", directory), manifest, digests);
    }

    private static Map<String, String> read(ImageArchive archive) throws IOException {
        Map<String, String> read = new LinkedHashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(archive)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                assertEquals(null, read.put(entry.getName(), new String(tar.readAllBytes(), StandardCharsets.UTF_8)));
            }
        }
        return read;
    }
}
