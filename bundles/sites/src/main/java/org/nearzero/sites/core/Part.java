package org.nearzero.sites.core;

import java.util.List;

/**
 * One kind of truth within a message: what has changed since the peer last acknowledged. An item stands for its whole present truth,
 * never for a difference.
 *
 * @param since the items are all that changed after this revision; 0: they are all there are, and what is not among them is gone
 * @param revision up to which; equal to {@code since}: nothing has changed
 * @param items the items, oldest change first
 * @param <T> what they are
 */
public record Part<T>(long since, long revision, List<T> items) {
    public Part {
        items = List.copyOf(items);
        if (since < 0 || revision < since) {
            throw new IllegalArgumentException(
                    "since " + since + ", revision " + revision + " (expected: 0 <= since <= revision)");
        }
    }

    /** Whether one who has {@code known} may take this: nothing between is missing, and there is something new. */
    public boolean extendsFrom(long known) {
        return since <= known && revision > known;
    }

    /** Whether this is the whole, to take the place of what was known. */
    public boolean whole() {
        return since == 0;
    }
}
