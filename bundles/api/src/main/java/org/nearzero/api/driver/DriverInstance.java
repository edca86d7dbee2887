package org.nearzero.api.driver;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;

/**
 * An instance as its driver sees it. The names come from the labels that the driver put on it, so that they survive a crash of
 * everything but the engine.
 *
 * @param appInstanceId its name
 * @param appId the application it belongs to
 * @param popId the point of presence that started it
 * @param generation fingerprint of what it was made from, as given in {@link InstanceSpec#generation()}
 * @param state its state
 * @param endpoint where it accepts connections; present when {@link InstanceState#RUNNING} or {@link InstanceState#PAUSED}
 * @param createdAt when it was created
 * @param detail what there is to say about the state, exit code and last words included; may be empty
 */
public record DriverInstance(
        AppInstanceId appInstanceId,
        AppId appId,
        PopId popId,
        String generation,
        InstanceState state,
        Optional<Endpoint> endpoint,
        Instant createdAt,
        String detail) {
    public DriverInstance {
        requireNonNull(appInstanceId, "appInstanceId");
        requireNonNull(appId, "appId");
        requireNonNull(popId, "popId");
        requireNonNull(generation, "generation");
        requireNonNull(state, "state");
        requireNonNull(endpoint, "endpoint");
        requireNonNull(createdAt, "createdAt");
        requireNonNull(detail, "detail");
    }
}
