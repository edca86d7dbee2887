package org.nearzero.api.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * One instance of an application as the orchestrator knows it.
 *
 * @param appInstanceId its name
 * @param appId whose instance it is
 * @param generation fingerprint of what it was made from; differs when artefact, command, environment, port or resources do
 * @param driver name of the driver that runs it
 * @param status its state
 * @param endpoint where it accepts connections, once known
 * @param createdAt when the driver was asked to start it
 * @param since when {@code status} was entered
 * @param reason why it is in this state, for a person; may be empty
 */
public record AppInstance(
        AppInstanceId appInstanceId,
        AppId appId,
        String generation,
        String driver,
        AppInstanceStatus status,
        Optional<Endpoint> endpoint,
        Instant createdAt,
        Instant since,
        String reason) {
    public AppInstance {
        requireNonNull(appInstanceId, "appInstanceId");
        requireNonNull(appId, "appId");
        requireNonNull(generation, "generation");
        requireNonNull(driver, "driver");
        requireNonNull(status, "status");
        requireNonNull(endpoint, "endpoint");
        requireNonNull(createdAt, "createdAt");
        requireNonNull(since, "since");
        requireNonNull(reason, "reason");
    }

    /** The same instance in another state. */
    public AppInstance with(AppInstanceStatus newStatus, Instant at, String newReason) {
        return new AppInstance(appInstanceId, appId, generation, driver, newStatus, endpoint, createdAt, at, newReason);
    }

    /** The same instance with its endpoint known. */
    public AppInstance at(Endpoint where) {
        return new AppInstance(
                appInstanceId, appId, generation, driver, status, Optional.of(where), createdAt, since, reason);
    }
}
