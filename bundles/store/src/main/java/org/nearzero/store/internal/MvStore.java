package org.nearzero.store.internal;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.nearzero.api.store.Store;
import org.nearzero.api.store.StoreException;

/**
 * A store in one file. All that is read and written is by one thread of its own, so that nobody who is interrupted closes the file
 * in the middle; writers that wait at the same time are written together and share one sync.
 */
public class MvStore implements Store, AutoCloseable {
    private record Pending(Map<Place, Optional<byte[]>> changes, CompletableFuture<Void> done) {}

    private final Reasons reasons;
    private final Queue<Pending> waiting = new ConcurrentLinkedQueue<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "nearzero-store");
        made.setDaemon(true);
        return made;
    });
    private final StoreFile store;

    /**
     * Opens the file, and makes it, for its owner alone, if it is missing.
     *
     * @throws StoreException if it cannot be opened, another process uses it, or it is damaged; it was left as it is
     */
    public MvStore(Path file) {
        this(file, "");
    }

    /** @param scheme of H2's file systems, the one that the file is in; empty: the disk */
    MvStore(Path file, String scheme) {
        reasons = new Reasons(requireNonNull(file, "file"));
        try {
            store = inTurn(() -> new StoreFile(file, scheme));
        } catch (RuntimeException | Error e) {
            thread.shutdown();
            throw e;
        }
    }

    @Override
    public Map<String, byte[]> read(String table) {
        requireNonNull(table, "table");
        return Collections.unmodifiableSortedMap(inTurn(() -> store.read(table)));
    }

    @Override
    public void write(List<Change> changes) {
        Pending mine = new Pending(folded(changes), new CompletableFuture<>());
        if (mine.changes().isEmpty()) {
            return;
        }
        waiting.add(mine);
        try {
            thread.execute(this::writeWaiting);
        } catch (RejectedExecutionException e) {
            // Unless a turn that was let in before has it: then it is written.
            if (waiting.remove(mine)) {
                throw reasons.closed(e);
            }
        }
        await(mine.done());
    }

    /** Whoever waits by now is among those whose turn it is, so that each turn takes everybody and the later ones may find nobody. */
    private void writeWaiting() {
        List<Pending> group = new ArrayList<>();
        Map<Place, Optional<byte[]>> changes = new LinkedHashMap<>();
        for (Pending next = waiting.poll(); next != null; next = waiting.poll()) {
            group.add(next);
            changes.putAll(next.changes());
        }
        if (group.isEmpty()) {
            return;
        }
        try {
            store.commit(changes);
            group.forEach(one -> one.done().complete(null));
        } catch (RuntimeException | Error e) {
            group.forEach(one -> one.done().completeExceptionally(e));
        }
    }

    /** What is left of changes in order: the last word on each key. The values are copies: the caller may change his. */
    private static Map<Place, Optional<byte[]>> folded(List<Change> changes) {
        Map<Place, Optional<byte[]>> last = new LinkedHashMap<>();
        for (Change change : changes) {
            last.put(new Place(change.table(), change.key()), change.value().map(Sealed::seal));
        }
        return last;
    }

    /** Closes the file once all who wait had their turn. More than one call does no harm. */
    @Override
    public void close() {
        if (!thread.isShutdown()) {
            try {
                inTurn(() -> {
                    store.close();
                    return null;
                });
            } finally {
                thread.shutdown();
            }
        }
    }

    private <T> T inTurn(Supplier<T> task) {
        try {
            return await(CompletableFuture.supplyAsync(task, thread));
        } catch (RejectedExecutionException e) {
            throw reasons.closed(e);
        }
    }

    /** Waits even if it is interrupted, which the caller sees later: what was begun has to be known. */
    private static <T> T await(CompletableFuture<T> result) {
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException cause) {
                throw new StoreException(
                        cause.getMessage(), cause); // with this thread's stack, each of a group its own
            }
            throw e;
        }
    }
}
