package org.nearzero.ingress.core;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

/**
 * Decides whether a change of demand is worth telling ({@link org.nearzero.api.ingress.DemandListener#demandChanged}): once
 * after each reading, when a connection waits or is relayed, when a draining instance is empty, or when fewer instances are needed than at that
 * reading. In between it costs one volatile read.
 */
final class Bell {
    private static final int NEVER = -1;

    private final AtomicBoolean armed = new AtomicBoolean(true);
    private volatile int limit = 1;
    private volatile int fallsAt = NEVER;

    void limit(int perInstance) {
        limit = perInstance;
    }

    /** The demand is about to be read: what changes from now on is news. */
    void arm() {
        fallsAt = NEVER;
        armed.set(true);
    }

    /**
     * The demand that was read.
     *
     * @param level asked after the bound is set, so that a fall in between is seen either here or by whoever made it
     * @return whether it has fallen already since
     */
    boolean heard(int connections, IntSupplier level) {
        int needed = (int) ((connections + (long) limit - 1) / limit);
        fallsAt = needed == 0 ? NEVER : (int) Math.min(Integer.MAX_VALUE, (needed - 1L) * limit);
        return fallenTo(level.getAsInt());
    }

    /** The level went down to {@code level}. @return whether to tell */
    boolean fallenTo(int level) {
        return level <= fallsAt && ring();
    }

    /** A connection waits. @return whether to tell */
    boolean waits() {
        return ring();
    }

    /** A connection is relayed. @return whether to tell */
    boolean relays() {
        return ring();
    }

    /** A draining instance is empty. @return whether to tell */
    boolean emptied() {
        return ring();
    }

    private boolean ring() {
        if (!armed.get() || !armed.compareAndSet(true, false)) {
            return false;
        }
        fallsAt = NEVER;
        return true;
    }
}
