package org.nearzero.api.orchestrator;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppInstance;
import org.nearzero.api.model.Application;
import org.nearzero.api.policy.Desired;

/**
 * A snapshot of how an application is doing at this point of presence.
 *
 * @param application what was handed over
 * @param placement which part this point of presence plays for it
 * @param state in one word
 * @param desired the last decision, with its reason
 * @param demand what users ask of it; a status that was asked for counts anew, one that is told has what was last decided on
 * @param instances the instances, oldest first
 * @param condition what is wrong or degraded, for a person: why starts fail, that its engine is away; empty if all is well
 * @param retryAt when a start will next be tried, while backing off
 * @param at when this was true
 */
public record ApplicationStatus(
        Application application,
        Placement placement,
        State state,
        Desired desired,
        Demand demand,
        List<AppInstance> instances,
        String condition,
        Optional<Instant> retryAt,
        Instant at) {
    public ApplicationStatus {
        requireNonNull(application, "application");
        requireNonNull(placement, "placement");
        requireNonNull(state, "state");
        requireNonNull(desired, "desired");
        requireNonNull(demand, "demand");
        instances = List.copyOf(instances);
        requireNonNull(condition, "condition");
        requireNonNull(retryAt, "retryAt");
        requireNonNull(at, "at");
    }

    /** A status at the application's homebase. */
    public ApplicationStatus(
            Application application,
            State state,
            Desired desired,
            Demand demand,
            List<AppInstance> instances,
            String condition,
            Optional<Instant> retryAt,
            Instant at) {
        this(application, Placement.HOMEBASE, state, desired, demand, instances, condition, retryAt, at);
    }

    /** An application's state in one word. */
    public enum State {
        /** No instance, and none needed: the first connection starts one. */
        ZERO,
        /** No instance is ready; at least one is on its way. */
        STARTING,
        /** At least one instance is ready. */
        SERVING,
        /** No instance is ready, one is needed, and starting one has failed; see condition and retryAt. */
        FAILING,
        /** Taken back; what it has is being drained and stopped. */
        DELETING
    }
}
