package org.nearzero.orchestrator.internal;

import java.time.Duration;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Problems;
import org.nearzero.orchestrator.core.Timing;

/**
 * How an orchestrator is set up.
 *
 * @param popId the point of presence that it runs
 * @param stopGrace how long a process may take to end by itself once told to, 0 to 10 min
 * @param orphanGrace how long instances of unknown applications are left alone after a driver has come, 0 to 24 h: those who
 *     hand over their applications again after a restart find theirs running
 * @param stableAfter how long a new instance must stay up to count as a success, 0 to 1 h
 * @param suspectDeadline how long an instance that broke a connection has to accept a new one, 100 ms to 10 min
 * @param listDeadline how long a driver may take to list what it runs, 100 ms to 10 min
 * @param checkDeadline how long a driver may take at a hand-over to say whether it accepts an application, and then to check
 *     its artefact, 100 ms to 10 min
 * @param driverThreads threads for calls to each driver, 1 to 256
 * @param stopInstancesOnClose whether closing stops all instances; otherwise they go on, and are adopted at the next start
 */
public record OrchestratorSettings(
        PopId popId,
        Duration stopGrace,
        Duration orphanGrace,
        Duration stableAfter,
        Duration suspectDeadline,
        Duration listDeadline,
        Duration checkDeadline,
        int driverThreads,
        boolean stopInstancesOnClose) {
    private static final Duration HUNDRED_MILLIS = Duration.ofMillis(100);
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    /** @throws org.nearzero.api.model.InvalidInputException with every problem found */
    public OrchestratorSettings {
        Problems.check()
                .expect(popId != null, "popId", popId, "a name")
                .range("stopGrace", stopGrace, Duration.ZERO, TEN_MINUTES)
                .range("orphanGrace", orphanGrace, Duration.ZERO, Duration.ofHours(24))
                .range("stableAfter", stableAfter, Duration.ZERO, Duration.ofHours(1))
                .range("suspectDeadline", suspectDeadline, HUNDRED_MILLIS, TEN_MINUTES)
                .range("listDeadline", listDeadline, HUNDRED_MILLIS, TEN_MINUTES)
                .range("checkDeadline", checkDeadline, HUNDRED_MILLIS, TEN_MINUTES)
                .range("driverThreads", driverThreads, 1, 256)
                .throwIfAny();
    }

    /** The defaults for a point of presence: 10 s, 30 s, 10 s, 3 s, 10 s, 5 s, 8 threads, instances left running. */
    public static OrchestratorSettings of(PopId popId) {
        return new OrchestratorSettings(
                popId,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                8,
                false);
    }

    /** The same with another grace for stops. */
    public OrchestratorSettings withStopGrace(Duration grace) {
        return new OrchestratorSettings(
                popId,
                grace,
                orphanGrace,
                stableAfter,
                suspectDeadline,
                listDeadline,
                checkDeadline,
                driverThreads,
                stopInstancesOnClose);
    }

    /** The same with another grace for orphans. */
    public OrchestratorSettings withOrphanGrace(Duration grace) {
        return new OrchestratorSettings(
                popId,
                stopGrace,
                grace,
                stableAfter,
                suspectDeadline,
                listDeadline,
                checkDeadline,
                driverThreads,
                stopInstancesOnClose);
    }

    /** The same, but closing stops all instances, or leaves them. */
    public OrchestratorSettings withStopInstancesOnClose(boolean stop) {
        return new OrchestratorSettings(
                popId,
                stopGrace,
                orphanGrace,
                stableAfter,
                suspectDeadline,
                listDeadline,
                checkDeadline,
                driverThreads,
                stop);
    }

    Timing timing() {
        Timing defaults = Timing.DEFAULT;
        return new Timing(stopGrace, defaults.stopMargin(), stableAfter, suspectDeadline, defaults.drainRecheck());
    }
}
