package org.nearzero.sites.internal;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nearzero.api.store.Store;
import org.nearzero.api.store.StoreException;

/** Keeps what was written, and fails when it is told to. Outlives the site that uses it, as a disk does. */
final class MemoryStore implements Store {
    private final Map<String, Map<String, byte[]>> tables = new TreeMap<>();
    private boolean full;

    @Override
    public synchronized Map<String, byte[]> read(String table) {
        return new TreeMap<>(tables.getOrDefault(table, Map.of()));
    }

    @Override
    public synchronized void write(List<Change> changes) {
        if (full) {
            throw new StoreException("no space left", null);
        }
        for (Change change : changes) {
            Map<String, byte[]> table = tables.computeIfAbsent(change.table(), name -> new TreeMap<>());
            change.value().ifPresentOrElse(value -> table.put(change.key(), value), () -> table.remove(change.key()));
        }
    }

    synchronized void full(boolean now) {
        full = now;
    }
}
