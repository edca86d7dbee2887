package org.nearzero.orchestrator.core;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.policy.Desired;

/** Something that happened to one application. */
public sealed interface Event {
    /** It was handed over, a new version of it, or with another part to play here; {@code advice} says what could not be made sure of. */
    record Applied(Application application, Placement placement, String driver, boolean inventoried, String advice)
            implements Event {}

    /** It was taken back; what is still in flight at {@code by} is cut. */
    record Deleted(Instant by) implements Event {}

    /** Its demand was read. */
    record Demanded(Demand demand) implements Event {}

    /** A decision was made; the operator's caps leave room for {@code room} more instances; {@code ids} names new ones. */
    record Decided(Desired desired, int room, Supplier<AppInstanceId> ids) implements Event {}

    /** The ingress closed an instance for good, or would not since it carries connections. */
    record RetireAnswered(AppInstanceId instance, boolean closed) implements Event {}

    /** A start was carried out. */
    record Started(DriverInstance instance) implements Event {}

    /** A start failed. */
    record StartFailed(AppInstanceId instance, Backoff.Cause cause, String reason) implements Event {}

    /** An instance answered its probe. */
    record ProbeAnswered(AppInstanceId instance) implements Event {}

    /** A stop was carried out. */
    record Stopped(AppInstanceId instance) implements Event {}

    /** A stop failed. */
    record StopFailed(AppInstanceId instance, String reason) implements Event {}

    /** A driver told the state of an instance. */
    record Reported(DriverInstance instance) implements Event {}

    /** A driver told that an instance does not exist any more. */
    record Removed(AppInstanceId instance) implements Event {}

    /** A driver listed what it runs of this application; it was asked at {@code askedAt}. */
    record Listed(String driver, List<DriverInstance> instances, Instant askedAt) implements Event {
        public Listed {
            instances = List.copyOf(instances);
        }
    }

    /** A driver cannot say what it runs: its engine is away, or it has left itself. */
    record Unavailable(String driver, String reason) implements Event {}

    /** Another driver, or none (empty), runs its new instances from now on. */
    record DriverChosen(String driver, boolean inventoried) implements Event {}

    /** An instance broke a connection. */
    record Suspected(AppInstanceId instance, String reason) implements Event {}

    /** Time has passed. */
    record Woken() implements Event {}
}
