package org.nearzero.embed;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.ingress.ConnectionListener;
import org.nearzero.api.ingress.DeviceIdentifier;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.orchestrator.StatusListener;
import org.nearzero.api.policy.PolicyRule;
import org.nearzero.api.sites.HomebaseRule;
import org.nearzero.api.sites.MigrationListener;
import org.nearzero.ingress.internal.IngressSettings;
import org.nearzero.orchestrator.internal.OrchestratorSettings;

/**
 * What a builder has checked: everything that it takes to start.
 *
 * @param drivers the caller's own
 * @param makers of the drivers that are made at the start, and closed at the end
 */
record Wiring(
        OrchestratorSettings orchestrator,
        IngressSettings ingress,
        OperatorPolicy operatorPolicy,
        Clock clock,
        List<Ranked<ContainerDriver>> drivers,
        List<Ranked<Supplier<ContainerDriver>>> makers,
        List<Ranked<PolicyRule>> rules,
        List<Ranked<DeviceIdentifier>> identifiers,
        List<ConnectionListener> connectionListeners,
        List<StatusListener> statusListeners,
        Optional<SitePlan> site,
        List<Ranked<HomebaseRule>> homebaseRules,
        List<MigrationListener> migrationListeners) {
    Wiring {
        drivers = List.copyOf(drivers);
        makers = List.copyOf(makers);
        rules = List.copyOf(rules);
        identifiers = List.copyOf(identifiers);
        connectionListeners = List.copyOf(connectionListeners);
        statusListeners = List.copyOf(statusListeners);
        homebaseRules = List.copyOf(homebaseRules);
        migrationListeners = List.copyOf(migrationListeners);
    }
}
