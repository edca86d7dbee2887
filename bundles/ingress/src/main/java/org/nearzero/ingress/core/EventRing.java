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
    private long lost;

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

    /**
     * Moves up to {@code max} entries to {@code into}, oldest first. The reader's thread.
     *
     * @return how many were lost before them; if there are none, what was lost is told with those that come next
     */
    public long drain(List<E> into, int max) {
        lose(claimed.get() - ring.length());
        int taken = 0;
        for (; taken < max && read < claimed.get(); taken++) {
            Stored<E> next = ring.get((int) read & mask);
            if (next == null || next.number < read) {
                break; // claimed, and not stored yet
            }
            if (next.number > read) {
                // Overwritten while reading. What was lost lies before what comes now only if nothing was taken yet.
                if (taken > 0) {
                    break;
                }
                lose(next.number);
            }
            into.add(next.entry);
            ring.compareAndSet((int) read & mask, next, new Stored<>(next.number, null));
            read++;
        }
        long told = taken == 0 ? 0 : lost;
        lost -= told;
        return told;
    }

    /** Gives up what lies before {@code number}. */
    private void lose(long number) {
        if (number > read) {
            lost += number - read;
            read = number;
        }
    }
}
