package org.nearzero.ingress.core;

/**
 * The time after the ingress began to listen in which it cannot tell yet whether an application is unknown: after a restart the
 * routes come a moment after the first request can.
 *
 * @param from when it began to listen, as {@link System#nanoTime} had it
 * @param nanos how long it lasts; 0: not at all
 */
public record Settling(long from, long nanos) {
    /** Whether that time is not over. */
    public boolean at(long now) {
        return now - from < nanos;
    }
}
