package org.nearzero.sites.core;

import java.time.Duration;

/**
 * How long things may take between sites that no developer's policy speaks of.
 *
 * @param startMargin what a site gets beyond {@code startupDeadline} to fetch the artefact and to tell of it
 * @param drainMargin what a site gets beyond the drain to tell that it is over
 * @param firstBackOff how long after a failed migration it is tried again; doubles with each failure
 * @param longestBackOff at most
 */
public record Timing(Duration startMargin, Duration drainMargin, Duration firstBackOff, Duration longestBackOff) {
    /** 2 min to fetch, 10 s to tell, 10 s to 10 min between attempts. */
    public static final Timing DEFAULT =
            new Timing(Duration.ofMinutes(2), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(10));

    /** How long to wait after so many failures in a row, at least one. */
    public Duration backOff(int failures) {
        Duration doubled = firstBackOff.multipliedBy(1L << Math.min(20, Math.max(0, failures - 1)));
        return doubled.compareTo(longestBackOff) < 0 ? doubled : longestBackOff;
    }
}
