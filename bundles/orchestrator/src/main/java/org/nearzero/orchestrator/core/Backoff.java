package org.nearzero.orchestrator.core;

import java.time.Duration;
import java.time.Instant;

/**
 * Says when a start may be tried again after starts have failed. The delay doubles with each round of failures: 250 ms, 500 ms,
 * 1 s, ... 60 s; where trying again cannot help by itself, 30 s, 60 s, 60 s. Starts that were under way together when the first
 * of them failed are one round. Forgotten once an instance that was started later has stayed up or, after it was ready, has been
 * retired; 10 min after the last failure; on a re-apply.
 *
 * @param failures rounds of failures in a row, at least 0
 * @param failedAt when the last round began; {@link Instant#MIN} before any
 * @param retryAt from when on a start may be tried; {@link Instant#MIN} before any failure
 * @param cause what kind of failure the last was
 * @param reason why the last start failed, for a person; empty before any
 */
public record Backoff(int failures, Instant failedAt, Instant retryAt, Cause cause, String reason) {
    /** No failure. */
    public static final Backoff NONE = new Backoff(0, Instant.MIN, Instant.MIN, Cause.PASSING, "");

    static final Duration FIRST = Duration.ofMillis(250);
    static final Duration FIRST_LASTING = Duration.ofSeconds(30);
    static final Duration LONGEST = Duration.ofSeconds(60);
    static final Duration MEMORY = Duration.ofMinutes(10);
    private static final int DOUBLINGS = 8;

    /** What kind of failure it was: it tells how long to wait and what ends the wait early. */
    public enum Cause {
        /** The same start may succeed a little later. */
        PASSING,
        /** The same start fails again until somebody changes something. */
        LASTING,
        /** There is no engine to start it on: over as soon as there is one. */
        NO_ENGINE
    }

    /**
     * This back-off after one more start has failed.
     *
     * @param startedAt when that start was ordered
     */
    public Backoff failed(Instant startedAt, Instant now, Cause why, String because) {
        boolean sameRound = failures > 0 && !startedAt.isAfter(failedAt);
        if (sameRound) {
            Instant later = now.plus(delay(failures, why));
            return why == Cause.LASTING && cause != Cause.LASTING
                    ? new Backoff(failures, failedAt, later, why, because)
                    : new Backoff(failures, failedAt, retryAt, cause, because);
        }
        int rounds = failures + 1;
        return new Backoff(rounds, now, now.plus(delay(rounds, why)), why, because);
    }

    /** Whether no start may be tried at the moment. */
    public boolean blocks(Instant now) {
        return failures > 0 && now.isBefore(retryAt);
    }

    /** Whether an instance that was ordered at {@code startedAt} and did well shows that the trouble is over. */
    public boolean disprovedBy(Instant startedAt) {
        return failures > 0 && startedAt.isAfter(failedAt);
    }

    /** From when on nothing of it is worth knowing any more; {@link Instant#MAX} before any failure. */
    public Instant forgottenAt() {
        return failures == 0 ? Instant.MAX : retryAt.plus(MEMORY);
    }

    /** This back-off now that there is an engine again. */
    public Backoff engineBack() {
        return cause == Cause.NO_ENGINE ? NONE : this;
    }

    static Duration delay(int rounds, Cause why) {
        Duration first = why == Cause.LASTING ? FIRST_LASTING : FIRST;
        Duration delay = first.multipliedBy(1L << Math.min(rounds - 1, DOUBLINGS));
        return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }
}
