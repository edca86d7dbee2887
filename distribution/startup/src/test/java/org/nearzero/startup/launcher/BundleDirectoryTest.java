package org.nearzero.startup.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleDirectoryTest {
    @TempDir
    Path bundles;

    @Test
    void listsJarsByLevelAndName() throws IOException {
        Path late = jar("30-nearzero/a.jar");
        Path second = jar("05-base/b.jar");
        Path first = jar("05-base/a.jar");
        jar("05-base/readme.txt");
        assertEquals(
                List.of(
                        new BundleDirectory.Entry(first, 5),
                        new BundleDirectory.Entry(second, 5),
                        new BundleDirectory.Entry(late, 30)),
                BundleDirectory.list(bundles));
    }

    @Test
    void refusesADirectoryWithoutALevelAndNamesIt() throws IOException {
        jar("base/a.jar");
        String message = refusal();
        assertTrue(message.contains("base") && message.contains("1 to 999"), message);
    }

    @Test
    void refusesLevelZeroWhichIsTheFrameworksOwn() throws IOException {
        jar("0-base/a.jar");
        assertTrue(refusal().contains("1 to 999"));
    }

    @Test
    void refusesADistributionWithoutBundles() {
        assertTrue(refusal().contains("no bundle"));
    }

    private String refusal() {
        return assertThrows(IllegalArgumentException.class, () -> BundleDirectory.list(bundles))
                .getMessage();
    }

    private Path jar(String name) throws IOException {
        Path jar = bundles.resolve(name);
        Files.createDirectories(jar.getParent());
        return Files.createFile(jar);
    }
}
