package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * One change of what is kept.
 *
 * @param table where
 * @param key under which name
 * @param value what is kept there from now on; empty: nothing
 */
public record Change(Kept.Table table, String key, Optional<Kept> value) {
    public Change {
        requireNonNull(table, "table");
        requireNonNull(key, "key");
        requireNonNull(value, "value");
    }

    /** Keeps a record. */
    public static Change put(Kept record) {
        return new Change(record.table(), record.key(), Optional.of(record));
    }

    /** Keeps a record no longer. */
    public static Change remove(Kept record) {
        return new Change(record.table(), record.key(), Optional.empty());
    }
}
