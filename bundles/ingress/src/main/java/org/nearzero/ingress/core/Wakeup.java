package org.nearzero.ingress.core;

import java.util.function.LongConsumer;

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

    /**
     * Asks for it. Of two who ask at once the later may be overtaken: each looks again afterwards, so that what is asked last is
     * what holds.
     */
    void ask(long nanos, LongConsumer asking) {
        long asked;
        long holds = nanos;
        do {
            asked = holds;
            asking.accept(asked);
            holds = at;
        } while (holds != asked && holds != Long.MAX_VALUE);
    }

    synchronized void fired() {
        at = Long.MAX_VALUE;
    }
}
