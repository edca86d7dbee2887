package org.nearzero.api.store;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps what must survive a crash: small values under names, in tables. One process uses it at a time. All methods may be called from any thread;
 * they do I/O and block, so never from an I/O thread or a loop that has to stay quick.
 */
@ConsumerType
public interface Store {
    /**
     * All that a table holds, as the last change left it, by key in the order of the keys; empty for a table that nobody wrote.
     * A snapshot of its own: later changes do not show.
     *
     * @throws StoreException if it cannot be read
     */
    Map<String, byte[]> read(String table);

    /**
     * Makes all of the changes, in order, or none. When this returns they are on the disk: neither the end of the process nor a
     * machine that loses power takes them back.
     *
     * @throws StoreException if it cannot be written (the disk is full, say); nothing has changed then
     */
    void write(List<Change> changes);

    /**
     * One change.
     *
     * @param table a name, 1 to 64 of a-z, 0-9 and -
     * @param key a name, 1 to 512 characters
     * @param value what is kept under it from now on; empty: nothing
     */
    record Change(String table, String key, Optional<byte[]> value) {
        public Change {
            requireNonNull(table, "table");
            requireNonNull(key, "key");
            requireNonNull(value, "value");
            if (!table.matches("[a-z0-9-]{1,64}")) {
                throw new IllegalArgumentException("table: " + table + " (expected: 1 to 64 of a-z, 0-9 and -)");
            }
            if (key.isEmpty() || key.length() > 512) {
                throw new IllegalArgumentException("key: " + key + " (expected: 1 to 512 characters)");
            }
        }

        /** Keeps a value. */
        public static Change put(String table, String key, byte[] value) {
            return new Change(table, key, Optional.of(value));
        }

        /** Keeps nothing any more. */
        public static Change remove(String table, String key) {
            return new Change(table, key, Optional.empty());
        }
    }
}
