package org.nearzero.store.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.store.StoreException;

/** The machine goes down in the middle of whatever the store does, and of what was not synced anything may be on the disk. */
class PowerLossTest {
    private static final int SEEDS = Integer.getInteger("nearzero.seeds", 250);

    @TempDir
    Path directory;

    @AfterEach
    void repair() {
        FaultyDisk.repair();
    }

    @Test
    void whatWasAcknowledgedIsThereWhateverOfTheRestIs() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            Path file = directory.resolve(seed + ".mv");
            try {
                int acknowledged = writeUntilThePowerGoes(file, new Random(seed));
                Files.write(file, FaultyDisk.afterPowerLoss(new Random(seed)));
                FaultyDisk.repair();
                goOn(file, acknowledged);
            } catch (StoreException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            Files.delete(file);
        }
    }

    private static int writeUntilThePowerGoes(Path file, Random chance) throws Exception {
        int written = chance.nextInt(60);
        try (MvStore store = new MvStore(file, FaultyDisk.SCHEME)) {
            for (int number = 1; number <= written; number++) {
                store.write(Batches.batch(number));
            }
        }
        MvStore store = new MvStore(file, FaultyDisk.SCHEME);
        FaultyDisk.allIsSynced(file);
        FaultyDisk.breakAfter(chance.nextInt(80), Long.MAX_VALUE);
        try {
            while (true) {
                store.write(Batches.batch(written + 1));
                written++;
            }
        } catch (StoreException e) {
            try {
                store.close();
            } catch (StoreException onceMore) {
                // It has no disk any more.
            }
            return written;
        }
    }

    private static void goOn(Path file, int acknowledged) {
        int last;
        try (MvStore store = new MvStore(file)) {
            last = Batches.assertNothingLost(store, acknowledged);
            store.write(Batches.batch(++last));
        }
        try (MvStore store = new MvStore(file)) {
            Batches.assertNothingLost(store, last);
        }
    }
}
