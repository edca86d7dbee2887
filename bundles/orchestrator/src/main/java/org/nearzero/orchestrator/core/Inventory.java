package org.nearzero.orchestrator.core;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppInstance;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Endpoint;
import org.nearzero.orchestrator.core.Instance.Phase;

/**
 * Brings what is known of an application's instances in line with what a driver lists. What runs and is not known is adopted
 * with its traffic, and counts as used until now; what is known and not listed is gone; what is listed and does not run is removed.
 */
final class Inventory {
    private Inventory() {}

    static void listed(Turn turn, Event.Listed event) {
        if (turn.driver.equals(event.driver())) {
            turn.engine = "";
            turn.inventoried = true;
            turn.backoff = turn.backoff.engineBack();
        }
        Map<AppInstanceId, DriverInstance> listed = new HashMap<>();
        for (DriverInstance instance : event.instances()) {
            listed.put(instance.appInstanceId(), instance);
            turn.find(instance.appInstanceId())
                    .ifPresentOrElse(
                            known -> reconcile(turn, known.on(event.driver()).heard(instance.state()), instance),
                            () -> adopt(turn, event.driver(), instance));
        }
        for (Instance known : turn.all()) {
            // One that began to run after the driver was asked may be missing from the answer and still be there.
            boolean older = known.value().since().isBefore(event.askedAt()) || known.unknown();
            if (known.value().driver().equals(event.driver()) && older && !listed.containsKey(known.id())) {
                Lifecycle.removed(turn, known, "its container is gone");
            }
        }
    }

    private static void reconcile(Turn turn, Instance known, DriverInstance listed) {
        turn.put(known);
        if (known.phase() == Phase.STOPPING) {
            if (known.stopsUnderWay() == 0) {
                turn.callStop(known);
            }
        } else if (known.phase() == Phase.PROBING || known.phase() == Phase.READY) {
            if (listed.state() == InstanceState.EXITED) {
                turn.fail(known, Backoff.Cause.PASSING, words(listed, "exited by itself"));
            } else if (listed.state() == InstanceState.RUNNING) {
                running(turn, known.known(turn.now), listed.endpoint());
            }
        }
    }

    /** It runs. If somebody has restarted it at another address, it has to be probed there first. */
    static void running(Turn turn, Instance instance, Optional<Endpoint> endpoint) {
        if (endpoint.isEmpty() || endpoint.equals(instance.value().endpoint())) {
            turn.put(instance);
        } else {
            Instance moved = instance.probing(endpoint.get(), turn.now, turn.startupDeadline());
            turn.put(moved);
            turn.probe(moved, turn.application.policy().readiness());
        }
    }

    private static void adopt(Turn turn, String driver, DriverInstance found) {
        if (found.state() == InstanceState.UNKNOWN) {
            return; // it cannot be probed before it is known where; a later list tells
        }
        Instant created = found.createdAt().isAfter(turn.now) ? turn.now : found.createdAt();
        AppInstance value = new AppInstance(
                found.appInstanceId(),
                turn.application.appId(),
                found.generation(),
                driver,
                AppInstanceStatus.INSTANTIATING,
                Optional.empty(),
                created,
                turn.now,
                "");
        Instance instance = Instance.ordered(value, turn.application.resources(), turn.startupDeadline())
                .heard(found.state());
        if (turn.deleting()
                || found.state() != InstanceState.RUNNING
                || found.endpoint().isEmpty()) {
            turn.stop(instance, AppInstanceStatus.TERMINATING, words(found, "left over, " + found.state()));
        } else {
            Instance probing = instance.probing(found.endpoint().get(), turn.now, instance.deadline());
            turn.put(probing);
            turn.assumeUsed();
            turn.effect(new Effect.Tell(false, instance.id(), "adopted", "generation " + found.generation()));
            turn.probe(probing, turn.application.policy().readiness());
        }
    }

    static String words(DriverInstance instance, String otherwise) {
        return instance.detail().isBlank() ? otherwise : otherwise + ": " + instance.detail();
    }
}
