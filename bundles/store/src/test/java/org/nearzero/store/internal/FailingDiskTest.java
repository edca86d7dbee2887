package org.nearzero.store.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.store.Store.Change;
import org.nearzero.api.store.StoreException;

/** A write that the disk does not take changes nothing, and once it takes them again all goes on. */
class FailingDiskTest {
    @TempDir
    Path directory;

    @AfterEach
    void repair() {
        FaultyDisk.repair();
    }

    private Path file() {
        return directory.resolve("nearzero.mv");
    }

    @Test
    void aFullDiskIsToldAndChangesNothingAndWithRoomWritesGoOn() throws Exception {
        try (MvStore store = new MvStore(file(), FaultyDisk.SCHEME)) {
            store.write(Batches.batch(1));
            FaultyDisk.room(Files.size(file()) + 5_000);
            StoreException refused = assertThrows(
                    StoreException.class, () -> store.write(List.of(Change.put("numbers", "last", new byte[20_000]))));
            assertEquals(
                    "store " + file() + " cannot be written: No space left on device (nothing has changed; make room on"
                            + " its disk, or look after it, and try again)",
                    refused.getMessage());
            assertEquals(1, Batches.last(store), "it goes on reading");
            FaultyDisk.repair();
            store.write(Batches.batch(2));
            assertEquals(2, Batches.last(store));
        }
        try (MvStore store = new MvStore(file())) {
            assertEquals(2, Batches.last(store));
        }
    }

    /** Whichever operation of a write it is that fails, and for how many operations it goes on. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 9})
    void aDiskThatBreaksAnywhereForAWhileChangesNothing(long bad) {
        int number = 0;
        int failures = 0;
        try (MvStore store = new MvStore(file(), FaultyDisk.SCHEME)) {
            for (int good = 0; good < 40; good++) {
                FaultyDisk.breakAfter(good % 8, bad);
                int next = number + 1;
                try {
                    store.write(Batches.batch(next));
                    number = next;
                } catch (StoreException e) {
                    failures++;
                    assertTrue(e.getMessage().contains("Input/output error"), e.getMessage());
                }
                FaultyDisk.repair();
                assertEquals(number, Batches.last(store));
            }
            assertTrue(failures >= 10, () -> "it was to fail often");
        }
        try (MvStore store = new MvStore(file())) {
            assertEquals(number, Batches.last(store), "opened again");
        }
    }

    /** The last sync fails: the write may be in the file, and must be gone for readers now and later. */
    @Test
    void aWriteWhoseLastSyncFailsIsUndone() {
        try (MvStore store = new MvStore(file(), FaultyDisk.SCHEME)) {
            store.write(List.of(Change.put("a", "old", "1".getBytes(UTF_8))));
            store.write(List.of(Change.put("a", "other", "1".getBytes(UTF_8))));
            FaultyDisk.breakAfter(3, 4); // body, sync and footer succeed; the sync, and three tries to undo it, do not
            assertThrows(
                    StoreException.class,
                    () -> store.write(List.of(
                            Change.put("a", "old", "2".getBytes(UTF_8)), Change.put("b", "new", "2".getBytes(UTF_8)))));
            assertTrue(FaultyDisk.hasBroken());
            FaultyDisk.repair();
            assertEquals("1", new String(store.read("a").get("old"), UTF_8));
            assertEquals(0, store.read("b").size());
        }
        try (MvStore store = new MvStore(file())) {
            assertEquals("1", new String(store.read("a").get("old"), UTF_8));
            assertEquals(0, store.read("b").size());
        }
    }

    @Test
    void whileTheDiskIsBrokenNothingIsReadThatMayNotBeTrue() {
        try (MvStore store = new MvStore(file(), FaultyDisk.SCHEME)) {
            store.write(Batches.batch(1));
            FaultyDisk.breakAfter(0, Long.MAX_VALUE);
            assertThrows(StoreException.class, () -> store.write(Batches.batch(2)));
            StoreException refused = assertThrows(StoreException.class, () -> store.read("numbers"));
            assertTrue(refused.getMessage().contains("Input/output error"), refused.getMessage());
            FaultyDisk.repair();
            assertEquals(1, Batches.last(store));
        }
    }

    @Test
    void whoeverIsInterruptedHasWrittenAllTheSameAndStaysInterrupted() {
        try (MvStore store = new MvStore(file())) {
            Thread.currentThread().interrupt();
            store.write(Batches.batch(1));
            assertTrue(Thread.interrupted());
            store.write(Batches.batch(2));
            assertEquals(2, Batches.last(store));
        }
    }
}
