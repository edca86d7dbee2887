package org.nearzero.orchestrator.core;

import java.time.Duration;
import java.time.Instant;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Problems;
import org.nearzero.orchestrator.core.Instance.Phase;

/** What the passing of time alone brings about, and when it next will. */
final class Deadlines {
    /** Nobody tells when the last connection of a withdrawn application ends, so this is the one thing that is asked for. */
    private static final Duration DELETION_RECHECK = Duration.ofMillis(50);

    private static final Duration SHORTEST_WAIT = Duration.ofMillis(1);

    private Deadlines() {}

    /** Acts on every deadline that has passed. */
    static void check(Turn turn) {
        for (Instance instance : turn.all()) {
            if (!turn.now.isBefore(instance.deadline())) {
                passed(turn, instance);
            } else if (provenAt(instance, turn.backoff, turn.timing).isBefore(turn.now.plusNanos(1))) {
                turn.backoff = Backoff.NONE;
            }
        }
        if (!turn.now.isBefore(turn.backoff.forgottenAt())) {
            turn.backoff = Backoff.NONE;
        }
        Placing.check(turn);
        if (turn.deleting()) {
            drainDeleted(turn);
        }
    }

    /** Stops what is empty, and at the end of the drain what is not. */
    static void drainDeleted(Turn turn) {
        boolean over = !turn.now.isBefore(turn.deleteBy);
        for (Instance instance : turn.all()) {
            if (!instance.live()) {
                continue;
            }
            if (over || instance.phase() != Phase.READY) {
                turn.stop(instance, AppInstanceStatus.TERMINATING, over ? "deleted, drain limit reached" : "deleted");
            } else {
                turn.effect(new Effect.Retire(instance.id()));
            }
        }
    }

    private static void passed(Turn turn, Instance instance) {
        String driver = instance.value().driver();
        String within = " within "
                + Problems.text(turn.application.policy().scaling().startupDeadline()) + " (startupDeadline)";
        switch (instance.phase()) {
            case STARTING ->
                turn.fail(instance, Backoff.Cause.PASSING, "driver " + driver + " did not start it" + within);
            case PROBING ->
                turn.fail(
                        instance,
                        Backoff.Cause.PASSING,
                        "did not become ready" + within + " at "
                                + instance.value().endpoint().orElseThrow()
                                + ": have it listen there sooner, or raise startupDeadline");
            case READY ->
                turn.fail(
                        instance,
                        Backoff.Cause.PASSING,
                        "broke connections, then accepted none within " + Problems.text(turn.timing.suspectDeadline()));
            case STOPPING -> {
                if (instance.stopsUnderWay() > 0) {
                    turn.stopFailed(instance, "driver " + driver + " did not stop it in time");
                } else {
                    turn.callStop(instance);
                }
            }
        }
    }

    /** The earliest instant at which time alone changes something; {@link Instant#MAX} for never. */
    static Instant next(AppState app, Timing timing, Instant now) {
        Instant next = Instant.MAX;
        boolean draining = false;
        for (Instance instance : app.instances().values()) {
            next = earlier(next, instance.deadline());
            next = earlier(next, provenAt(instance, app.backoff(), timing));
            draining |= instance.phase() == Phase.READY && instance.draining();
        }
        if (app.deleting()) {
            boolean live = app.placing().breakBy().isBefore(Instant.MAX)
                    || app.instances().values().stream().anyMatch(Instance::live);
            return live ? earlier(next, earlier(app.deleteBy(), now.plus(DELETION_RECHECK))) : next;
        }
        next = earlier(next, Placing.next(app, timing, now));
        next = earlier(next, app.backoff().forgottenAt());
        if (app.backoff().blocks(now)) {
            next = earlier(next, app.backoff().retryAt());
        }
        if (draining) {
            next = earlier(next, now.plus(timing.drainRecheck()));
        }
        // A decision that asks to be woken in the past must not keep the loop busy.
        Instant decideAt = app.desired().wakeAt().orElse(Instant.MAX);
        return earlier(next, decideAt.isAfter(now) ? decideAt : now.plus(SHORTEST_WAIT));
    }

    /** When a ready instance will have shown that the trouble with starts is over. */
    private static Instant provenAt(Instance instance, Backoff backoff, Timing timing) {
        return instance.phase() == Phase.READY
                        && backoff.disprovedBy(instance.value().createdAt())
                ? instance.readyAt().plus(timing.stableAfter())
                : Instant.MAX;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
