package org.nearzero.api.model;

import java.time.Duration;

/**
 * When an application gets another instance, and when it gives one up (spec X.4.4, concurrent connections per instance).
 *
 * @param maxConnectionsPerInstance connections that one instance carries at once, 1 to 1 000 000; a hard limit
 * @param minInstances instances kept even with nobody there, 0 to {@code maxInstances}
 * @param maxInstances instances at most, 1 to 10 000
 * @param scaleInDelay how long demand must have stayed lower before an instance is given up, 0 to 24 h
 * @param stabilizationWindow how long after a scale-out nothing is given up, 0 to 24 h
 * @param startupDeadline from the driver call to readiness; an instance that takes longer has failed; 100 ms to 30 min
 * @param queue bounds on the connections that wait for room
 */
public record ScalingPolicy(
        int maxConnectionsPerInstance,
        int minInstances,
        int maxInstances,
        Duration scaleInDelay,
        Duration stabilizationWindow,
        Duration startupDeadline,
        QueuePolicy queue) {
    private static final Duration DAY = Duration.ofHours(24);

    /** 100 connections an instance, 0 to 10 instances, in after 30 s, none within 10 s of a scale-out, 60 s to start. */
    public static final ScalingPolicy DEFAULT = new ScalingPolicy(
            100, 0, 10, Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(60), QueuePolicy.DEFAULT);

    /** @throws InvalidInputException with every problem found */
    public ScalingPolicy {
        Problems.check()
                .range("maxConnectionsPerInstance", maxConnectionsPerInstance, 1, 1_000_000)
                .range("maxInstances", maxInstances, 1, 10_000)
                .range("minInstances", minInstances, 0, Math.max(0, Math.min(maxInstances, 10_000)))
                .range("scaleInDelay", scaleInDelay, Duration.ZERO, DAY)
                .range("stabilizationWindow", stabilizationWindow, Duration.ZERO, DAY)
                .range("startupDeadline", startupDeadline, Duration.ofMillis(100), Duration.ofMinutes(30))
                .expect(queue != null, "queue", queue, "a queue policy")
                .throwIfAny();
    }

    /** The instances that {@code connections} need at this limit: {@code ceil(connections / maxConnectionsPerInstance)}. */
    public int instancesFor(int connections) {
        return (int) ((connections + (long) maxConnectionsPerInstance - 1) / maxConnectionsPerInstance);
    }
}
