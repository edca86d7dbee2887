package org.nearzero.orchestrator.core;

import java.time.Instant;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppInstance;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.Resources;

/**
 * One instance with what the orchestrator needs to know of it beyond what it tells.
 *
 * @param value what is told of it
 * @param phase where it is in its life
 * @param draining whether it takes no new connections
 * @param resources what it may use at most
 * @param readyAt when it first became ready; {@link Instant#MAX} before
 * @param deadline starting, probing: when it has failed; ready: when it has failed if suspected, else {@link Instant#MAX};
 *     stopping: when the stop under way has failed or, with none under way, when the next is due
 * @param stopsUnderWay stop calls that the driver has not answered
 * @param stopFailures stop calls in a row that failed
 * @param ended whether its process is known to have ended: what is left of it takes nothing
 */
public record Instance(
        AppInstance value,
        Phase phase,
        boolean draining,
        Resources resources,
        Instant readyAt,
        Instant deadline,
        int stopsUnderWay,
        int stopFailures,
        boolean ended) {
    /** Where an instance is in its life. It only ever moves down this list, but from ready back to probing when it moves. */
    public enum Phase {
        /** The driver was asked to start it and has not answered. */
        STARTING,
        /** Its process runs and is probed. */
        PROBING,
        /** It answered a probe; the routes name it. */
        READY,
        /** Out of the routes; being stopped and removed. */
        STOPPING
    }

    static Instance ordered(AppInstance value, Resources resources, Instant deadline) {
        return new Instance(value, Phase.STARTING, false, resources, Instant.MAX, deadline, 0, 0, false);
    }

    /** Its name. */
    public AppInstanceId id() {
        return value.appInstanceId();
    }

    /** Whether it serves or soon will. */
    public boolean live() {
        return phase != Phase.STOPPING;
    }

    /** Whether it is ready and takes new connections. */
    public boolean open() {
        return phase == Phase.READY && !draining;
    }

    /**
     * Whether it takes of what the operator allows: from its order until its process is known to have ended. One that failed may
     * well run on, up to the end of its stop's grace or for as long as it cannot be stopped.
     */
    boolean inUse() {
        return !ended;
    }

    /** Whether the driver has failed to stop it. */
    boolean stuck() {
        return phase == Phase.STOPPING && stopFailures > 0;
    }

    boolean unknown() {
        return value.status() == AppInstanceStatus.UNKNOWN;
    }

    Instance status(AppInstanceStatus status, Instant now, String reason) {
        if (value.status() == status && value.reason().equals(reason)) {
            return this;
        }
        Instant since = value.status() == status ? value.since() : now;
        return with(value.with(status, since, reason));
    }

    /** The same instance now that its state is known again. */
    Instance known(Instant now) {
        return unknown()
                ? status(phase == Phase.READY ? AppInstanceStatus.READY : AppInstanceStatus.INSTANTIATING, now, "")
                : this;
    }

    Instance probing(Endpoint endpoint, Instant now, Instant newDeadline) {
        AppInstance at = value.at(endpoint).with(AppInstanceStatus.INSTANTIATING, now, "");
        return new Instance(at, Phase.PROBING, false, resources, Instant.MAX, newDeadline, 0, 0, false);
    }

    Instance ready(Instant now) {
        AppInstance at = value.with(AppInstanceStatus.READY, now, "");
        return new Instance(at, Phase.READY, draining, resources, now, Instant.MAX, 0, 0, false);
    }

    Instance draining(boolean drains) {
        return new Instance(value, phase, drains, resources, readyAt, deadline, stopsUnderWay, stopFailures, ended);
    }

    Instance deadline(Instant newDeadline) {
        return new Instance(
                value, phase, draining, resources, readyAt, newDeadline, stopsUnderWay, stopFailures, ended);
    }

    Instance on(String driver) {
        return value.driver().equals(driver)
                ? this
                : with(new AppInstance(
                        value.appInstanceId(),
                        value.appId(),
                        value.generation(),
                        driver,
                        value.status(),
                        value.endpoint(),
                        value.createdAt(),
                        value.since(),
                        value.reason()));
    }

    Instance stopping(Instant newDeadline, int underWay, int failures) {
        return new Instance(value, Phase.STOPPING, true, resources, readyAt, newDeadline, underWay, failures, ended);
    }

    /** The same instance as its driver's word on its process has it. */
    Instance heard(InstanceState state) {
        boolean over = state == InstanceState.EXITED || (ended && state == InstanceState.UNKNOWN);
        return over == ended
                ? this
                : new Instance(value, phase, draining, resources, readyAt, deadline, stopsUnderWay, stopFailures, over);
    }

    private Instance with(AppInstance newValue) {
        return new Instance(
                newValue, phase, draining, resources, readyAt, deadline, stopsUnderWay, stopFailures, ended);
    }
}
