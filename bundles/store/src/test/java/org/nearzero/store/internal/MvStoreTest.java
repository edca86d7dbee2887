package org.nearzero.store.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.store.Store.Change;
import org.nearzero.api.store.StoreException;

class MvStoreTest {
    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("data/store/nearzero.mv");
    }

    private StoreException refused() {
        return assertThrows(StoreException.class, () -> new MvStore(file()).close());
    }

    private void written(int batches) {
        try (MvStore store = new MvStore(file())) {
            for (int number = 1; number <= batches; number++) {
                store.write(Batches.batch(number));
            }
        }
    }

    @Test
    void itsFileIsForItsOwnerAloneAndTheOnlyOne() throws IOException {
        written(1);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        try (Stream<Path> files = Files.list(file().getParent())) {
            assertEquals(List.of(file()), files.toList());
        }
    }

    @Test
    void whatAStartThatDidNotGetToItsEndHasLeftIsInNobodysWay() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file().resolveSibling("nearzero.mv.new"), "H:2");
        written(1);
        assertTrue(Files.notExists(file().resolveSibling("nearzero.mv.new")));
    }

    @Test
    void aSecondUserIsOneClearErrorAndDoesNotDisturbTheFirst() {
        try (MvStore first = new MvStore(file())) {
            first.write(Batches.batch(1));
            assertEquals(
                    "store " + file()
                            + " is in use by another process (stop the other Nearzero, or give this one a file"
                            + " of its own: key file of org.nearzero.store)",
                    refused().getMessage());
            first.write(Batches.batch(2));
            assertEquals(2, Batches.last(first));
        }
        try (MvStore second = new MvStore(file())) {
            assertEquals(2, Batches.last(second));
        }
    }

    @Test
    void aFileThatIsNoneOfItsOwnIsLeftAsItIs() throws IOException {
        Files.createDirectories(file().getParent());
        for (int length : new int[] {0, 1, 5_000, 20_000}) {
            byte[] other = new byte[length];
            Arrays.fill(other, (byte) 'x');
            Files.write(file(), other);
            String message = refused().getMessage();
            assertTrue(message.startsWith("store " + file() + " is damaged: "), message);
            assertTrue(
                    message.endsWith(
                            "(it was left as it is: put a copy in its place, or move it away to begin with nothing)"),
                    message);
            assertArrayEquals(other, Files.readAllBytes(file()));
        }
    }

    /** Any part may be overwritten: it says so, or it has all of a write that was acknowledged; it never makes something up. */
    @Test
    void damageAnywhereIsToldAndNothingIsWritten() throws IOException {
        written(30);
        byte[] good = Files.readAllBytes(file());
        int told = 0;
        for (int seed = 0; seed < 200; seed++) {
            Random chance = new Random(seed);
            byte[] damaged = good.clone();
            byte[] noise = new byte[1 + chance.nextInt(6_000)];
            chance.nextBytes(noise);
            System.arraycopy(noise, 0, damaged, chance.nextInt(damaged.length - noise.length), noise.length);
            Files.write(file(), damaged);
            MvStore store;
            try {
                store = new MvStore(file());
            } catch (StoreException e) {
                told++;
                assertTrue(e.getMessage().startsWith("store " + file() + " is damaged: "), e.getMessage());
                assertArrayEquals(damaged, Files.readAllBytes(file()), "left as it is");
                continue;
            }
            try (store) {
                Batches.last(store);
            }
        }
        assertTrue(told > 5, "told " + told + " times of 200");
    }

    @Test
    void aFileWithoutItsLastBytesHasAllOfAnEarlierWriteOrSaysSo() throws IOException {
        written(30);
        byte[] good = Files.readAllBytes(file());
        for (int cut = 100; cut < good.length - 8_192; cut += 1_900) {
            Files.write(file(), Arrays.copyOf(good, good.length - cut));
            MvStore store;
            try {
                store = new MvStore(file());
            } catch (StoreException e) {
                assertTrue(e.getMessage().startsWith("store " + file() + " is damaged: "), e.getMessage());
                continue;
            }
            try (store) {
                Batches.last(store);
            }
        }
    }

    @Test
    void aDirectoryThatCannotBeMadeIsTold() throws IOException {
        Files.writeString(directory.resolve("data"), "in the way");
        String message = refused().getMessage();
        assertTrue(message.startsWith("store " + file() + " cannot be opened: "), message);
        assertTrue(message.contains("have it and its directory readable and writable"), message);
    }

    @Test
    void aClosedStoreSaysSo() {
        MvStore store = new MvStore(file());
        store.close();
        store.close();
        String closed = "store " + file() + " is closed (expected: no use of it any more)";
        assertEquals(
                closed,
                assertThrows(StoreException.class, () -> store.write(Batches.batch(1)))
                        .getMessage());
        assertEquals(
                closed,
                assertThrows(StoreException.class, () -> store.read("numbers")).getMessage());
    }

    /** What nobody needs any more is overwritten, so that the file does not grow with each write. */
    @Test
    void theFileIsNoLargerForWhatWasReplaced() throws IOException {
        try (MvStore store = new MvStore(file())) {
            for (int i = 0; i < 200; i++) {
                store.write(List.of(Change.put("a", "large", new byte[100_000])));
            }
        }
        long size = Files.size(file());
        assertTrue(size < 2_000_000, "200 times 100 000 bytes took " + size);
    }
}
