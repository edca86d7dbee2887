package org.nearzero.orchestrator.core;

import java.time.Instant;
import java.util.function.Supplier;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.ReadinessPolicy;
import org.nearzero.orchestrator.core.Instance.Phase;

/**
 * What each event makes of an application. Pure: given the same state, event and {@code now} the same transition comes out
 * (names of new instances come from the event).
 */
public final class Lifecycle {
    private final PopId pop;
    private final Timing timing;

    /** The life of the applications at one point of presence. */
    public Lifecycle(PopId pop, Timing timing) {
        this.pop = pop;
        this.timing = timing;
    }

    /** The application after an event, and what is to be done. */
    public Transition on(AppState app, Event event, Instant now) {
        Turn turn = new Turn(app, pop, timing, now);
        if (event instanceof Event.Demanded e) {
            Instant oldest = now.minus(app.application().policy().scaling().scaleInDelay());
            turn.demand = turn.placing.noted(e.demand(), now).remembering(app.demand(), oldest);
            Placing.demandRead(turn);
        } else if (event instanceof Event.Decided e) {
            decided(turn, e);
        } else if (event instanceof Event.RetireAnswered e) {
            turn.find(e.instance()).filter(Instance::live).ifPresent(i -> retireAnswered(turn, i, e.closed()));
        } else if (event instanceof Event.Applied e) {
            applied(turn, e);
        } else if (event instanceof Event.Deleted e) {
            deleted(turn, e.by());
        } else if (event instanceof Event.DriverChosen e) {
            driverChosen(turn, e);
        } else if (event instanceof Event.Unavailable e) {
            unavailable(turn, e);
        } else if (event instanceof Event.Listed e) {
            Inventory.listed(turn, e);
        } else if (event instanceof Event.Woken) {
            Deadlines.check(turn);
        } else {
            ofInstance(turn, event);
        }
        return turn.end();
    }

    /** When time alone may change something; {@link Instant#MAX} for never. */
    public Instant wakeAt(AppState app, Instant now) {
        return Deadlines.next(app, timing, now);
    }

    private static void ofInstance(Turn turn, Event event) {
        if (event instanceof Event.Started e) {
            turn.find(e.instance().appInstanceId()).ifPresent(i -> started(turn, i, e.instance()));
        } else if (event instanceof Event.StartFailed e) {
            turn.find(e.instance())
                    .filter(i -> i.phase() == Phase.STARTING)
                    .ifPresent(i -> startFailed(turn, i, e.cause(), e.reason()));
        } else if (event instanceof Event.ProbeAnswered e) {
            turn.find(e.instance()).ifPresent(i -> probeAnswered(turn, i));
        } else if (event instanceof Event.Stopped e) {
            turn.find(e.instance()).filter(i -> !i.live()).ifPresent(i -> stopped(turn, i));
        } else if (event instanceof Event.StopFailed e) {
            turn.find(e.instance())
                    .filter(i -> !i.live() && i.stopsUnderWay() > 0)
                    .ifPresent(i -> turn.stopFailed(i, e.reason()));
        } else if (event instanceof Event.Reported e) {
            turn.find(e.instance().appInstanceId()).ifPresent(i -> reported(turn, i, e.instance()));
        } else if (event instanceof Event.Removed e) {
            turn.find(e.instance()).ifPresent(i -> removed(turn, i, "its container was removed by somebody else"));
        } else if (event instanceof Event.Suspected e) {
            turn.find(e.instance()).ifPresent(i -> suspect(turn, i, e.reason()));
        }
    }

    private static void applied(Turn turn, Event.Applied event) {
        ReadinessPolicy before = turn.application.policy().readiness();
        ReadinessPolicy after = event.application().policy().readiness();
        boolean movedOnly = event.application().equals(turn.application)
                && !event.placement().equals(turn.placing.placement());
        turn.application = event.application();
        turn.placing = turn.placing.to(event.placement(), turn.now);
        turn.driver = event.driver();
        turn.inventoried = event.inventoried();
        turn.advice = event.advice();
        if (!movedOnly) {
            turn.backoff = Backoff.NONE;
        }
        if (!after.equals(before)) {
            turn.all().stream().filter(i -> i.phase() == Phase.PROBING).forEach(i -> turn.probe(i, after));
        }
    }

    private static void decided(Turn turn, Event.Decided event) {
        // A decision may have been asked for before everything was to be relayed.
        turn.desired = turn.placing.ordered().orElse(event.desired());
        turn.room = event.room();
        AppState app = turn.state();
        for (Step step : Plan.of(app, turn.now)) {
            if (step instanceof Step.Start start) {
                start(turn, app.generation(), start.count(), event.ids());
            } else if (step instanceof Step.Retire retire) {
                turn.effect(new Effect.Retire(retire.instance()));
            } else if (step instanceof Step.Drain drain) {
                turn.find(drain.instance()).ifPresent(i -> turn.put(i.draining(true)));
            } else if (step instanceof Step.Reopen reopen) {
                turn.find(reopen.instance()).ifPresent(i -> turn.put(i.draining(false)));
            }
        }
    }

    private static void start(Turn turn, String generation, int count, Supplier<AppInstanceId> ids) {
        if (turn.driver.isEmpty()) {
            String reason = "no registered driver accepts "
                    + turn.application.artefact().imagePath();
            turn.backoff = turn.backoff.failed(turn.now, turn.now, Backoff.Cause.NO_ENGINE, reason);
            return;
        }
        for (int i = 0; i < count; i++) {
            turn.start(ids.get(), generation);
        }
    }

    private static void retireAnswered(Turn turn, Instance instance, boolean closed) {
        if (closed) {
            if (instance.phase() == Phase.READY
                    && turn.backoff.disprovedBy(instance.value().createdAt())) {
                turn.backoff = Backoff.NONE; // it has served, for as long as anybody wanted it
            }
            turn.stop(instance, AppInstanceStatus.TERMINATING, turn.deleting() ? "deleted" : turn.desired.reason());
        } else {
            // A connection slipped in between reading demand and closing: it goes on, and no other may follow it.
            turn.put(instance.draining(true));
        }
    }

    private static void deleted(Turn turn, Instant by) {
        turn.deleteBy = by;
        if (turn.placing.mayCarryRelayed()) {
            turn.placing = turn.placing.breakingBy(by);
        }
        turn.effect(new Effect.Withdraw("application " + turn.application.appId() + " is being deleted"));
        Deadlines.drainDeleted(turn);
    }

    private static void driverChosen(Turn turn, Event.DriverChosen event) {
        if (!turn.driver.equals(event.driver())) {
            turn.engine = "";
        }
        turn.driver = event.driver();
        turn.inventoried = event.inventoried();
        if (!event.driver().isEmpty()) {
            turn.backoff = turn.backoff.engineBack();
        }
    }

    private static void unavailable(Turn turn, Event.Unavailable event) {
        if (turn.driver.equals(event.driver())) {
            turn.engine = event.reason();
        }
        for (Instance instance : turn.all()) {
            boolean running = instance.phase() == Phase.PROBING || instance.phase() == Phase.READY;
            if (running && instance.value().driver().equals(event.driver())) {
                turn.put(instance.status(AppInstanceStatus.UNKNOWN, turn.now, event.reason()));
            }
        }
    }

    private static void started(Turn turn, Instance instance, DriverInstance answer) {
        if (instance.phase() == Phase.STOPPING) {
            // Given up while the driver was still at it: the stop that was sent then may have come too early to find
            // anything.
            turn.callStop(instance);
        } else if (instance.phase() == Phase.STARTING) {
            if (answer.state() == InstanceState.EXITED) {
                turn.fail(
                        instance.heard(answer.state()),
                        Backoff.Cause.PASSING,
                        Inventory.words(answer, "exited by itself"));
            } else if (answer.state() != InstanceState.RUNNING
                    || answer.endpoint().isEmpty()) {
                String what = "driver " + instance.value().driver() + " answered a start with state " + answer.state()
                        + " and " + (answer.endpoint().isEmpty() ? "no endpoint" : "an endpoint")
                        + " (expected: RUNNING with an endpoint)";
                turn.fail(instance, Backoff.Cause.PASSING, what);
            } else {
                // The deadline for readiness runs from the order, not from the driver's answer.
                Instance probing = instance.probing(answer.endpoint().get(), turn.now, instance.deadline());
                turn.put(probing);
                turn.probe(probing, turn.application.policy().readiness());
            }
        }
    }

    private static void startFailed(Turn turn, Instance instance, Backoff.Cause cause, String reason) {
        if (cause == Backoff.Cause.PASSING) {
            turn.fail(instance, cause, reason); // something may have been left behind: have it removed
        } else {
            turn.noteFailure(instance, cause, reason);
            turn.depart(instance);
        }
    }

    private static void probeAnswered(Turn turn, Instance instance) {
        if (instance.phase() == Phase.PROBING) {
            turn.put(instance.ready(turn.now));
            turn.effect(new Effect.Tell(false, instance.id(), "ready", ""));
        } else if (instance.phase() == Phase.READY) {
            turn.put(instance.deadline(Instant.MAX));
        }
    }

    private static void stopped(Turn turn, Instance instance) {
        if (instance.stopsUnderWay() > 1) {
            turn.put(instance.stopping(instance.deadline(), instance.stopsUnderWay() - 1, instance.stopFailures()));
        } else {
            turn.depart(instance);
            turn.effect(new Effect.Tell(
                    false, instance.id(), "stopped", instance.value().reason()));
        }
    }

    private static void reported(Turn turn, Instance known, DriverInstance report) {
        Instance instance = known.heard(report.state());
        boolean running = instance.phase() == Phase.PROBING || instance.phase() == Phase.READY;
        if (report.state() == InstanceState.EXITED && instance.live()) {
            turn.fail(instance, Backoff.Cause.PASSING, Inventory.words(report, "exited by itself"));
        } else if (report.state() == InstanceState.RUNNING && running) {
            Inventory.running(turn, instance.known(turn.now), report.endpoint());
        } else if (report.state() == InstanceState.UNKNOWN && running) {
            turn.put(instance.status(AppInstanceStatus.UNKNOWN, turn.now, report.detail()));
        } else if (report.state() == InstanceState.PAUSED) {
            suspect(turn, instance, "paused by somebody else");
        } else if (instance != known) {
            turn.put(instance);
        }
    }

    /** Its container does not exist any more, without a stop of ours having been answered. */
    static void removed(Turn turn, Instance instance, String reason) {
        if (instance.phase() == Phase.STARTING) {
            return; // the answer to the start is still to come
        }
        if (instance.live()) {
            turn.noteFailure(instance, Backoff.Cause.PASSING, reason);
        }
        turn.depart(instance);
    }

    /** One broken connection proves nothing: the instance has a while to show that it still accepts any. */
    private static void suspect(Turn turn, Instance instance, String reason) {
        if (instance.phase() == Phase.READY && instance.deadline().equals(Instant.MAX)) {
            Instance suspected = instance.deadline(turn.now.plus(turn.timing.suspectDeadline()));
            turn.put(suspected);
            turn.effect(new Effect.Tell(false, instance.id(), "suspected", reason));
            // By TCP even where readiness is an HTTP path: an instance under load may be slow to answer, and lives.
            turn.probe(suspected, ReadinessPolicy.TCP);
        }
    }
}
