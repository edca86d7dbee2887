package org.nearzero.orchestrator.core;

import java.time.Duration;

/**
 * The durations that the pure part goes by.
 *
 * @param stopGrace how long a process may take to end by itself once told to, before it is killed
 * @param stopMargin how much longer than that the driver may take to answer before the stop counts as failed
 * @param stableAfter how long a ready instance must stay up to count as a success; one that exits sooner has failed
 * @param suspectDeadline how long an instance that broke connections has to answer a probe
 * @param drainRecheck how long until a draining instance is looked at again if the ingress does not tell before
 */
public record Timing(
        Duration stopGrace,
        Duration stopMargin,
        Duration stableAfter,
        Duration suspectDeadline,
        Duration drainRecheck) {
    /** Grace 10 s, margin 10 s, stable after 10 s, suspects 3 s, draining 1 s. */
    public static final Timing DEFAULT = new Timing(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(3),
            Duration.ofSeconds(1));
}
