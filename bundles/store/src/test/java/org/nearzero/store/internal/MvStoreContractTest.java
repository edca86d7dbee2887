package org.nearzero.store.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.store.Store;
import org.nearzero.store.contract.StoreContract;

class MvStoreContractTest extends StoreContract {
    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("deep/in/nearzero.mv");
    }

    @Override
    protected Store open() {
        return new MvStore(file(), FaultyDisk.SCHEME);
    }

    @Override
    protected void close(Store opened) {
        ((MvStore) opened).close();
    }

    /** A byte of room is no room: each write needs a whole block. */
    @Override
    protected void full(Store opened, boolean yes) throws Exception {
        FaultyDisk.room(yes ? Files.size(file()) + 1 : Long.MAX_VALUE);
    }
}
