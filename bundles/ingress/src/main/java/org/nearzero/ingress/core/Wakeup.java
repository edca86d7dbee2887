package org.nearzero.ingress.core;

/** Remembers for when a wake-up was asked, so that only an earlier one is asked for again. Thread-safe. */
final class Wakeup {
    private volatile long at = Long.MAX_VALUE;

    boolean isSet() {
        return at != Long.MAX_VALUE;
    }

    /** Whether {@code nanos} is earlier than what was asked for; if so it is the one now. */
    synchronized boolean isEarlier(long nanos) {
        if (nanos == Long.MAX_VALUE || at != Long.MAX_VALUE && at - nanos <= 0) {
            return false;
        }
        at = nanos;
        return true;
    }

    /** For when it is asked now; {@link Long#MAX_VALUE} if it is not. */
    long at() {
        return at;
    }

    synchronized void fired() {
        at = Long.MAX_VALUE;
    }
}
