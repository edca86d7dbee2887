package org.nearzero.store.contract;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nearzero.api.store.Store;
import org.nearzero.api.store.StoreException;

/** A store that keeps everything but a crash, and has a disk that can be full. */
public class InMemoryStore implements Store {
    private final Map<String, TreeMap<String, byte[]>> tables = new TreeMap<>();
    private boolean full;

    /** Whether writes fail from now on. */
    public synchronized void full(boolean yes) {
        full = yes;
    }

    @Override
    public synchronized Map<String, byte[]> read(String table) {
        TreeMap<String, byte[]> copy = new TreeMap<>();
        tables.getOrDefault(table, new TreeMap<>()).forEach((key, value) -> copy.put(key, value.clone()));
        return Collections.unmodifiableMap(copy);
    }

    @Override
    public synchronized void write(List<Change> changes) {
        if (full) {
            throw new StoreException("store in memory cannot be written: full (make room)", null);
        }
        for (Change change : changes) {
            TreeMap<String, byte[]> table = tables.computeIfAbsent(change.table(), name -> new TreeMap<>());
            change.value()
                    .ifPresentOrElse(value -> table.put(change.key(), value.clone()), () -> table.remove(change.key()));
        }
    }
}
