package org.nearzero.store.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.nearzero.api.store.StoreException;

/**
 * The file of a store. One commit is one version of MVStore, on the disk before it counts. After a failure the file is opened again, and
 * if it holds the version that failed that is undone by a further one; until that has succeeded nothing is read or written.
 *
 * <p>Not thread-safe, and never to be called by a thread that somebody may interrupt: that would close the file.
 */
final class StoreFile {
    /** What the values of a file mean; another number is not read. */
    private static final int FORMAT = 1;

    /** Two headers and a chunk. */
    private static final int SMALLEST = 3 * 4_096;

    private final Path path;
    private final Reasons reasons;
    private final String scheme;
    private MVStore store;
    private long acknowledged;
    private Map<Place, Optional<byte[]>> undo = Map.of();
    private boolean closed;

    /**
     * Opens the file, makes it if it is missing, and reads all of it once, so that damage shows before somebody relies on it.
     *
     * @param scheme of H2's file systems, the one that the file is in; empty: the disk
     * @throws StoreException if it is another's, damaged, or cannot be read and written; nothing in it has changed
     */
    StoreFile(Path path, String scheme) {
        this.path = path;
        this.scheme = scheme;
        this.reasons = new Reasons(path);
        try {
            makeIfMissing();
            long size = Files.size(path);
            if (size < SMALLEST) {
                throw reasons.damaged("it has " + size + " bytes, and at least " + SMALLEST + " from its first moment");
            }
            MVStore opened = open(path, false);
            try {
                verify(opened);
            } catch (RuntimeException | Error e) {
                opened.closeImmediately();
                throw e;
            }
            store = opened;
            acknowledged = opened.getCurrentVersion();
        } catch (StoreException e) {
            throw e;
        } catch (IOException | RuntimeException | AssertionError e) {
            throw reasons.notOpened(e);
        }
    }

    /** What a table holds. @throws StoreException if it cannot be read */
    SortedMap<String, byte[]> read(String table) {
        try {
            return read(sound(), table);
        } catch (MVStoreException | IllegalStateException e) {
            throw reasons.notRead(e);
        }
    }

    /** Makes all of the changes or none. @throws StoreException if they cannot be made; nothing has changed then */
    void commit(Map<Place, Optional<byte[]>> changes) {
        try {
            MVStore current = sound();
            undo = before(current, changes);
            apply(current, changes);
            current.commit();
            current.sync();
            acknowledged = current.getCurrentVersion();
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            StoreException failure = reasons.notWritten(e);
            giveUp();
            try {
                sound();
            } catch (RuntimeException again) {
                failure.addSuppressed(again);
            }
            throw failure;
        }
    }

    /** Closes the file; nothing can be read or written any more. @throws StoreException if it fails; what was kept is kept */
    void close() {
        closed = true;
        try {
            if (store != null && !store.isClosed()) {
                store.close();
            }
        } catch (MVStoreException e) {
            giveUp();
            throw reasons.notClosed(e);
        }
    }

    /** The store, with what was acknowledged and nothing else in it. */
    private MVStore sound() {
        if (closed) {
            throw reasons.closed(null);
        }
        if (store != null && !store.isClosed()) {
            return store;
        }
        MVStore again;
        try {
            again = open(path, true);
        } catch (RuntimeException | AssertionError e) {
            throw reasons.notOpened(e);
        }
        try {
            restore(again);
        } catch (MVStoreException | IllegalStateException e) {
            again.closeImmediately();
            throw reasons.notWritten(e);
        } catch (RuntimeException | Error e) {
            again.closeImmediately();
            throw e;
        }
        store = again;
        return again;
    }

    private void restore(MVStore again) {
        expectVersion(acknowledged, again);
        if (again.getCurrentVersion() > acknowledged) {
            apply(again, undo);
            again.commit();
            again.sync();
            acknowledged = again.getCurrentVersion();
        }
    }

    private void expectVersion(long written, MVStore opened) {
        if (opened.getCurrentVersion() < written) {
            throw reasons.damaged("version " + written + " was written, " + opened.getCurrentVersion() + " is there");
        }
    }

    private void giveUp() {
        if (store != null) {
            store.closeImmediately();
            store = null;
        }
    }

    /** The file is there with its first version in it, or it is not there. */
    private void makeIfMissing() throws IOException {
        if (Files.exists(path)) {
            return;
        }
        Path directory = path.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path draft = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(draft); // of a start that did not get to its end
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (MVStore first = open(draft, false)) {
            first.setStoreVersion(FORMAT);
            first.commit();
            first.sync();
            Files.move(draft, path); // not in place of one that is there by now
        }
        try (FileChannel entry = FileChannel.open(directory, StandardOpenOption.READ)) {
            entry.force(true);
        }
    }

    private MVStore open(Path from, boolean settle) {
        WholeChunks chunks = new WholeChunks();
        try {
            chunks.open(scheme + from.toAbsolutePath(), false, null);
            if (chunks.isReadOnly()) {
                throw new UncheckedIOException(new IOException("it may not be written"));
            }
            if (settle) {
                chunks.settle();
            }
            // Nothing is written but by commit(): not after a while, not when much has gathered, not to tidy up.
            MVStore opened = new MVStore.Builder()
                    .adoptFileStore(chunks)
                    .autoCommitDisabled()
                    .autoCommitBufferSize(0)
                    .open();
            // Space of dead versions is used again at once, but for the last few: all that counts is synced.
            opened.setRetentionTime(0);
            return opened;
        } catch (RuntimeException | Error e) {
            closeQuietly(chunks);
            throw e;
        }
    }

    private static void closeQuietly(WholeChunks chunks) {
        try {
            chunks.close();
        } catch (RuntimeException e) {
            // It was not open, or is closed by now; why is told by whoever asked for it.
        }
    }

    private void verify(MVStore opened) {
        // The header of the file is written after the version that it names; MVStore goes back behind it without a
        // word.
        expectVersion(DataUtils.readHexLong(opened.getStoreHeader(), "version", 0), opened);
        if (opened.getStoreVersion() != FORMAT) {
            throw reasons.damaged("format " + opened.getStoreVersion() + ", not " + FORMAT);
        }
        for (String table : opened.getMapNames()) {
            read(opened, table);
        }
    }

    private SortedMap<String, byte[]> read(MVStore from, String table) {
        SortedMap<String, byte[]> values = new TreeMap<>();
        if (from.hasMap(table)) {
            table(from, table).forEach((key, bytes) -> values.put(key, opened(table, key, bytes)));
        }
        return values;
    }

    private byte[] opened(String table, String key, byte[] bytes) {
        return Sealed.open(bytes)
                .orElseThrow(() -> reasons.damaged("table " + table + ", key " + key + ": not what was written"));
    }

    private static Map<Place, Optional<byte[]>> before(MVStore in, Map<Place, Optional<byte[]>> changes) {
        Map<Place, Optional<byte[]>> before = new HashMap<>();
        for (Place place : changes.keySet()) {
            before.put(
                    place,
                    in.hasMap(place.table())
                            ? Optional.ofNullable(table(in, place.table()).get(place.key()))
                            : Optional.empty());
        }
        return before;
    }

    private static void apply(MVStore to, Map<Place, Optional<byte[]>> changes) {
        changes.forEach((place, bytes) -> {
            MVMap<String, byte[]> table = table(to, place.table());
            if (bytes.isPresent()) {
                table.put(place.key(), bytes.get());
            } else {
                table.remove(place.key());
            }
        });
    }

    private static MVMap<String, byte[]> table(MVStore in, String name) {
        return in.openMap(
                name,
                new MVMap.Builder<String, byte[]>()
                        .keyType(StringDataType.INSTANCE)
                        .valueType(ByteArrayDataType.INSTANCE));
    }
}
