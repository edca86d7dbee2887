package org.nearzero.api.model;

import java.time.Duration;

/**
 * Bounds on the connections of one application that wait for room at one point of presence. One that would pass a bound is
 * answered 503 with {@code Retry-After} (RFC 9110 section 15.6.4).
 *
 * @param maxConnections how many may wait at once, 0 to 100 000; 0: none waits, not even for a cold start
 * @param maxBytes how many bytes their requests may hold while they wait, 0 to 1 GiB
 * @param deadline how long each waits at most, 10 ms to 10 min
 */
public record QueuePolicy(int maxConnections, long maxBytes, Duration deadline) {
    /** 1 000 connections, 16 MiB, 30 s. */
    public static final QueuePolicy DEFAULT = new QueuePolicy(1_000, 16L << 20, Duration.ofSeconds(30));

    /** @throws InvalidInputException with every problem found */
    public QueuePolicy {
        Problems.check()
                .range("maxConnections", maxConnections, 0, 100_000)
                .range("maxBytes", maxBytes, 0, 1L << 30)
                .range("deadline", deadline, Duration.ofMillis(10), Duration.ofMinutes(10))
                .throwIfAny();
    }
}
