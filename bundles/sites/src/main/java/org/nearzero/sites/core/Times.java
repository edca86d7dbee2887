package org.nearzero.sites.core;

import java.time.Duration;
import java.time.Instant;

/** Reckoning with instants that may be "not yet" or "not any more". */
public final class Times {
    /** It has not happened. */
    public static final Instant NEVER = Instant.MIN;

    /** It will not happen by time alone. */
    public static final Instant FOREVER = Instant.MAX;

    private Times() {}

    /** So much later; what has never happened stays so. */
    public static Instant later(Instant from, Duration by) {
        return from.equals(NEVER) || from.equals(FOREVER) ? from : from.plus(by);
    }

    /** The earlier of two. */
    public static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    /** The later of two. */
    public static Instant latest(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /** Whether an instant has come. */
    public static boolean reached(Instant at, Instant now) {
        return !at.isAfter(now);
    }

    /** As one writes it in a sentence: {@code 10s}, {@code 1m30s}. */
    static String words(Duration duration) {
        return duration.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
    }
}
