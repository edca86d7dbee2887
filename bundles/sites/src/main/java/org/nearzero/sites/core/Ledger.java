package org.nearzero.sites.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one who listens is to know, in the order in which it changed: the truth as a whole, or what is new since a revision.
 *
 * @param <K> what an item is about
 * @param <T> items
 */
final class Ledger<K, T> {
    private final Map<K, Long> revisions = new HashMap<>();
    private final TreeMap<Long, T> items = new TreeMap<>();

    /** From 1 on, so that "there is nothing" is news to one who has heard nothing. */
    private long revision = 1;

    /** This is the truth about {@code key} from now on. An equal item is no news. */
    boolean put(K key, T item) {
        Long before = revisions.get(key);
        if (before != null && items.get(before).equals(item)) {
            return false;
        }
        if (before != null) {
            items.remove(before);
        }
        revision++;
        revisions.put(key, revision);
        items.put(revision, item);
        return true;
    }

    /** What there is to say about {@code key}. */
    Optional<T> get(K key) {
        return Optional.ofNullable(revisions.get(key)).map(items::get);
    }

    /** There is nothing to say about {@code key} any more. Whoever heard of it learns that by other means. */
    void forget(K key) {
        Long before = revisions.remove(key);
        if (before != null) {
            items.remove(before);
        }
    }

    /** What one does not know who has everything up to {@code since}. */
    Part<T> after(long since) {
        if (since >= revision) {
            return new Part<>(revision, revision, List.of());
        }
        return new Part<>(
                since, revision, new ArrayList<>(items.tailMap(since, false).values()));
    }
}
