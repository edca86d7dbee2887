package org.nearzero.management.core;

import static org.nearzero.management.core.Json.object;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.Problems;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;

/**
 * An application as a manifest with every default written out: {@link Manifest#parse} of its JSON gives an equal application.
 */
public final class ManifestView {
    private static final long MIB = 1L << 20;

    private ManifestView() {}

    /** The manifest as a tree for {@link Json}. */
    public static Map<String, Object> of(Application application) {
        return object(
                "name", application.appId(),
                "appId", application.appId(),
                "appProvider", application.appProvider(),
                "version", application.version(),
                "packageType", "CONTAINER",
                "appRepo", repository(application.artefact()),
                "requiredResources", resources(application.resources()),
                "componentSpec", List.of(component(application)),
                "serverlessPolicy", policy(application.policy()));
    }

    private static Map<String, Object> repository(Artefact artefact) {
        Optional<String> checksum = Optional.of(artefact.checksum()).filter(text -> !text.isEmpty());
        return object(
                "type", "PUBLICREPO", "imagePath", artefact.imagePath(), "authType", "NONE", "checksum", checksum);
    }

    private static Map<String, Object> resources(Resources resources) {
        long bytes = resources.memoryBytes();
        Object memory = bytes % MIB == 0 ? (Object) (bytes / MIB) : Quantity.MEMORY.written(bytes);
        return object(
                "infraKind",
                "container",
                "numCPU",
                Quantity.CPU.written(resources.cpuMillis()),
                "memory",
                memory,
                "pids",
                resources.pids());
    }

    private static Map<String, Object> component(Application application) {
        return object(
                "componentName", application.appId(),
                "networkInterfaces",
                        List.of(object(
                                "interfaceId",
                                StatusView.INTERFACE,
                                "protocol",
                                "TCP",
                                "port",
                                application.port(),
                                "visibilityType",
                                "VISIBILITY_EXTERNAL")),
                "command", application.command(),
                "env", application.env());
    }

    private static Map<String, Object> policy(ServerlessPolicy policy) {
        ScalingPolicy scaling = policy.scaling();
        return object(
                "routes",
                        policy.routes().stream()
                                .map(route -> object("host", route.host(), "pathPrefix", route.pathPrefix()))
                                .toList(),
                "scaling",
                        object(
                                "maxConnectionsPerInstance", scaling.maxConnectionsPerInstance(),
                                "minInstances", scaling.minInstances(),
                                "maxInstances", scaling.maxInstances(),
                                "scaleInDelay", Problems.text(scaling.scaleInDelay()),
                                "stabilizationWindow", Problems.text(scaling.stabilizationWindow()),
                                "startupDeadline", Problems.text(scaling.startupDeadline()),
                                "queue",
                                        object(
                                                "maxConnections",
                                                        scaling.queue().maxConnections(),
                                                "maxBytes",
                                                        Quantity.BYTES.written(
                                                                scaling.queue().maxBytes()),
                                                "deadline",
                                                        Problems.text(
                                                                scaling.queue().deadline()))),
                "sessionIdleTimeout", Problems.text(policy.sessionIdleTimeout()),
                "readiness", object("httpPath", policy.readiness().httpPath()),
                "homebaseZoneId", policy.homebaseZoneId(),
                "migration", policy.migration().map(ManifestView::migration));
    }

    private static Map<String, Object> migration(MigrationPolicy migration) {
        return object(
                "sessionThreshold", migration.sessionThreshold(),
                "sessionWindow", Problems.text(migration.sessionWindow()),
                "returnThreshold", migration.returnThreshold(),
                "cooldown", Problems.text(migration.cooldown()),
                "allowedZones", migration.allowedZones(),
                "maxServingPops", migration.maxServingPops(),
                "drainTimeout", Problems.text(migration.drainTimeout()),
                "onHomebaseLost", migration.onHomebaseLost());
    }
}
