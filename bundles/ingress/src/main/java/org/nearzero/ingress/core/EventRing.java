package org.nearzero.ingress.core;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A bounded ring between many writers, who never wait, and one reader. A reader that is slow loses the oldest entries, and
 * learns how many. Lock-free: a writer claims a number and stores under it.
 *
 * @param <E> an entry
 */
public final class EventRing<E> {
    private record Stored<E>(long number, E entry) {}

    private final AtomicReferenceArray<Stored<E>> ring;
    private final int mask;
    private final AtomicLong claimed = new AtomicLong();
    private long read;

    /** @param size how many entries it holds, a power of two */
    public EventRing(int size) {
        if (Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("size: " + size + " (expected: a power of two)");
        }
        ring = new AtomicReferenceArray<>(size);
        mask = size - 1;
    }

    /** Adds an entry, in place of the oldest if there is no room. Any thread. */
    public void add(E entry) {
        long number = claimed.getAndIncrement();
        Stored<E> mine = new Stored<>(number, entry);
        int at = (int) number & mask;
        for (; ; ) {
            Stored<E> there = ring.get(at);
            // A writer that was held up for a whole round must not put its old entry over a younger one.
            if (there != null && there.number > number || ring.compareAndSet(at, there, mine)) {
                return;
            }
        }
    }

    /** Whether there is nothing to read. */
    public boolean isEmpty() {
        return claimed.get() == read;
    }

    /** Moves up to {@code max} entries to {@code into}, oldest first. The reader's thread. @return how many were lost before them */
    public long drain(List<E> into, int max) {
        long lost = Math.max(0, claimed.get() - ring.length() - read);
        read += lost;
        for (int n = 0; n < max && read < claimed.get(); n++) {
            Stored<E> next = ring.get((int) read & mask);
            if (next == null || next.number < read) {
                break; // claimed, and not stored yet
            }
            if (next.number > read) {
                // Overwritten while reading. What was lost lies before what comes now only if nothing was taken yet.
                if (!into.isEmpty()) {
                    break;
                }
                lost += next.number - read;
                read = next.number;
            }
            into.add(next.entry);
            ring.compareAndSet((int) read & mask, next, new Stored<>(next.number, null));
            read++;
        }
        return lost;
    }
}
