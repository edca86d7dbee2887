package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How long a peer may take to answer, from how long it took (RFC 6298): {@code srtt + 4 rttvar}, at least 1 s, at most 30 s, doubled
 * with each request that stays unanswered. An answer to a request that was repeated is no sample, since nobody knows which of them
 * was answered (Karn).
 *
 * @param srtt the smoothed round trip; zero before the first sample
 * @param rttvar its smoothed deviation
 * @param losses requests in a row that stayed unanswered
 */
public record RoundTrip(Duration srtt, Duration rttvar, int losses) {
    /** Before the first sample. */
    public static final RoundTrip UNKNOWN = new RoundTrip(Duration.ZERO, Duration.ZERO, 0);

    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofSeconds(30);

    public RoundTrip {
        requireNonNull(srtt, "srtt");
        requireNonNull(rttvar, "rttvar");
    }

    /** An answer came, so long after its request, which was sent only once. */
    public RoundTrip sample(Duration measured) {
        // One that took no time that a clock shows is a sample nevertheless; zero means that there was none.
        Duration rtt = measured.isZero() ? Duration.ofNanos(1) : measured;
        if (srtt.isZero()) {
            return new RoundTrip(rtt, rtt.dividedBy(2), 0);
        }
        Duration deviation = srtt.minus(rtt).abs();
        return new RoundTrip(
                srtt.multipliedBy(7).plus(rtt).dividedBy(8),
                rttvar.multipliedBy(3).plus(deviation).dividedBy(4),
                0);
    }

    /** A request stayed unanswered: the next one gets twice the time, until a sample tells better. */
    public RoundTrip lost() {
        return new RoundTrip(srtt, rttvar, Math.min(losses + 1, 16));
    }

    /** How long the next request may take. */
    public Duration timeout() {
        Duration measured = srtt.plus(rttvar.multipliedBy(4));
        Duration least = measured.compareTo(LEAST) < 0 ? LEAST : measured;
        Duration doubled = least.compareTo(MOST) < 0 ? least.multipliedBy(1L << losses) : MOST;
        return doubled.compareTo(MOST) < 0 ? doubled : MOST;
    }
}
