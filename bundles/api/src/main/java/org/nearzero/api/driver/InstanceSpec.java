package org.nearzero.api.driver;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;

/**
 * The order to run one instance.
 *
 * @param appInstanceId its name, chosen by the orchestrator, never used twice
 * @param popId the point of presence that orders it
 * @param generation fingerprint of what it is made from; kept by the driver as a label
 * @param application what to run
 * @param stopGrace how long its process may take to end by itself once told to stop, before it is killed
 */
public record InstanceSpec(
        AppInstanceId appInstanceId, PopId popId, String generation, Application application, Duration stopGrace) {
    public InstanceSpec {
        requireNonNull(appInstanceId, "appInstanceId");
        requireNonNull(popId, "popId");
        requireNonNull(generation, "generation");
        requireNonNull(application, "application");
        requireNonNull(stopGrace, "stopGrace");
    }
}
