package org.nearzero.ingress.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The connection slots of one instance: how many are taken, how many there are, and whether new ones are given out, all in one
 * atomic word, so that no interleaving exceeds the limit or slips a connection into a closed instance.
 *
 * <pre>
 * bit 63      closed: for good, and only ever while empty
 * bit 62      draining: gives out none, may be opened again
 * bits 32-61  limit
 * bits 0-31   taken
 * </pre>
 *
 * Each operation is one successful compare-and-set. Safe for any number of threads.
 */
public class Slots {
    private static final long CLOSED = 1L << 63;
    private static final long DRAINING = 1L << 62;
    private static final long TAKEN = 0xFFFF_FFFFL;
    private static final int LIMIT_SHIFT = 32;
    private static final long LIMIT = 0x3FFF_FFFFL;
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Slots.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("FieldMayBeFinal") // written through WORD
    private volatile long word;

    /** Slots that are all free. @param limit how many, at least 1 */
    public Slots(int limit) {
        word = limitBits(limit);
    }

    /** Takes a slot if the instance is open and one is free. */
    public final boolean tryAcquire() {
        for (; ; ) {
            long w = word;
            if (!hasRoom(w)) {
                return false;
            }
            if (WORD.weakCompareAndSet(this, w, w + 1)) {
                return true;
            }
        }
    }

    /**
     * Gives a slot back.
     *
     * @return whether it was the last one of a draining instance
     * @throws IllegalStateException if none is taken
     */
    final boolean release() {
        for (; ; ) {
            long w = word;
            if ((w & TAKEN) == 0) {
                throw new IllegalStateException("slots: released more often than taken");
            }
            if (WORD.weakCompareAndSet(this, w, w - 1)) {
                return (w & TAKEN) == 1 && (w & DRAINING) != 0;
            }
        }
    }

    /** Closes the instance for good if no slot is taken, in one step. @return whether it is closed now */
    final boolean close() {
        for (; ; ) {
            long w = word;
            if ((w & CLOSED) != 0) {
                return true;
            }
            if ((w & TAKEN) != 0) {
                return false;
            }
            if (WORD.weakCompareAndSet(this, w, w | CLOSED)) {
                return true;
            }
        }
    }

    /** Sets how many slots there are and whether new ones are given out. Taken ones stay taken, closed stays closed. */
    final void configure(int limit, boolean draining) {
        for (; ; ) {
            long w = word;
            long next = (w & (CLOSED | TAKEN)) | limitBits(limit) | (draining ? DRAINING : 0);
            if (w == next || WORD.weakCompareAndSet(this, w, next)) {
                return;
            }
        }
    }

    /** Slots taken now. */
    public final int taken() {
        return (int) (word & TAKEN);
    }

    /** Whether the instance was closed for good. */
    public final boolean isClosed() {
        return (word & CLOSED) != 0;
    }

    final boolean hasRoom() {
        return hasRoom(word);
    }

    /** The number of slots. */
    public final int limit() {
        return (int) (word >>> LIMIT_SHIFT & LIMIT);
    }

    private static boolean hasRoom(long w) {
        return (w & (CLOSED | DRAINING)) == 0 && (w & TAKEN) < (w >>> LIMIT_SHIFT & LIMIT);
    }

    private static long limitBits(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
        }
        return Math.min(limit, LIMIT) << LIMIT_SHIFT; // nobody has a billion connections
    }
}
