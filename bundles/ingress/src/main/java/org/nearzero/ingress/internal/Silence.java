package org.nearzero.ingress.internal;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whether a homebase is silent: connections to it are neither made nor refused, as when a line is cut. While it is, one request at a
 * time tries it, and all others are told at once instead of waiting for nothing. One attempt that comes to nothing while others succeed is no silence. Any thread.
 */
final class Silence {
    private final AtomicBoolean tried = new AtomicBoolean();

    /** Null: it is not silent. */
    private volatile String reason;

    private volatile long answeredAt = System.nanoTime();

    /** Why it is not to be tried now; null: it may be, and how that ends has to be told. */
    String refusal() {
        String now = reason;
        return now == null || tried.compareAndSet(false, true) ? null : now;
    }

    /** It did not answer in time; to somebody else it may have. @param since when it was asked @return whether it is silent */
    boolean begin(String why, long since) {
        boolean silent = answeredAt - since < 0;
        if (silent) {
            reason = why;
        }
        tried.set(false);
        return silent;
    }

    /** Whether it has said anything since then. */
    boolean isHeardSince(long when) {
        return answeredAt - when >= 0;
    }

    /** It answered, whatever it said. */
    void end(long now) {
        answeredAt = now;
        if (reason != null) {
            reason = null;
            tried.set(false);
        }
    }

    /** Whoever tried it has gone without knowing. */
    void untried() {
        tried.set(false);
    }
}
