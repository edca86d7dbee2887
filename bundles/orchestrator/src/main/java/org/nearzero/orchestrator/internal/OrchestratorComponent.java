package org.nearzero.orchestrator.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Problems;
import org.nearzero.api.model.Subscription;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.Orchestrator;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.orchestrator.StatusListener;
import org.nearzero.api.policy.PolicyEngine;
import org.nearzero.api.time.SteadyClock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** {@link EventLoopOrchestrator} as a service. Drivers come and go by their services, ranked by {@code service.ranking}. */
@Component(service = Orchestrator.class, configurationPid = OrchestratorComponent.PID, immediate = true)
@Designate(ocd = OrchestratorComponent.Config.class)
public final class OrchestratorComponent implements Orchestrator {
    /** Where its configuration is found. */
    public static final String PID = "org.nearzero.orchestrator";

    /** What an operator can set. Durations are in milliseconds. */
    @ObjectClassDefinition(
            name = "Nearzero orchestrator",
            description = "Keeps applications the way their policies say, at one point of presence")
    public @interface Config {
        @AttributeDefinition(
                name = "Point of presence",
                description = "Its name: 1 to 63 of a-z, 0-9 and inner -, a letter first")
        String popId() default "pop-1";

        @AttributeDefinition(
                name = "Stop grace (ms)",
                description = "How long an instance may take to end by itself before it is killed, 0 to 600000")
        long stopGraceMillis() default 10_000;

        @AttributeDefinition(
                name = "Orphan grace (ms)",
                description = "How long instances of unknown applications are left alone after a driver has come,"
                        + " 0 to 86400000")
        long orphanGraceMillis() default 30_000;

        @AttributeDefinition(
                name = "Stable after (ms)",
                description = "An instance that exits sooner after it was ready counts as a failed start, 0 to 3600000")
        long stableAfterMillis() default 10_000;

        @AttributeDefinition(
                name = "Suspect deadline (ms)",
                description = "How long an instance that broke a connection has to accept a new one, 100 to 600000")
        long suspectDeadlineMillis() default 3_000;

        @AttributeDefinition(
                name = "List deadline (ms)",
                description = "How long a driver may take to list what it runs, 100 to 600000")
        long listDeadlineMillis() default 10_000;

        @AttributeDefinition(
                name = "Check deadline (ms)",
                description = "How long a driver may take to check an artefact at a hand-over, 100 to 600000")
        long checkDeadlineMillis() default 5_000;

        @AttributeDefinition(name = "Driver threads", description = "Threads for calls to each driver, 1 to 256")
        int driverThreads() default 8;

        @AttributeDefinition(
                name = "Stop instances on close",
                description =
                        "Whether instances are stopped with the orchestrator; if not, they are adopted at its next start")
        boolean stopInstancesOnClose() default false;
    }

    private final EventLoopOrchestrator orchestrator;

    /**
     * @param properties what the configuration was made from, to find keys that are misspelt
     * @throws org.nearzero.api.model.InvalidInputException with every problem of the configuration
     */
    @Activate
    public OrchestratorComponent(
            Config config,
            Map<String, Object> properties,
            @Reference PolicyEngine policyEngine,
            @Reference Ingress ingress) {
        orchestrator = new EventLoopOrchestrator(
                settings(config, properties), policyEngine, ingress, SteadyClock.ofThisProcess());
        orchestrator.start();
    }

    static OrchestratorSettings settings(Config config, Map<String, ?> properties) {
        Problems problems = Problems.check();
        // A stand-in for a name that is wrong, so that what else is wrong is found as well.
        PopId popId = problems.part("", new PopId("invalid"), () -> new PopId(config.popId()));
        OrchestratorSettings settings = problems.part(
                "",
                OrchestratorSettings.of(popId),
                () -> new OrchestratorSettings(
                        popId,
                        Duration.ofMillis(config.stopGraceMillis()),
                        Duration.ofMillis(config.orphanGraceMillis()),
                        Duration.ofMillis(config.stableAfterMillis()),
                        Duration.ofMillis(config.suspectDeadlineMillis()),
                        Duration.ofMillis(config.listDeadlineMillis()),
                        Duration.ofMillis(config.checkDeadlineMillis()),
                        config.driverThreads(),
                        config.stopInstancesOnClose()));
        problems.keys(properties, Config.class).throwIfAny();
        return settings;
    }

    @Deactivate
    void deactivate() {
        orchestrator.close();
    }

    @Reference(
            service = ContainerDriver.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addDriver(ContainerDriver driver, Map<String, Object> properties) {
        orchestrator.addDriver(driver, ranking(properties));
    }

    void removeDriver(ContainerDriver driver) {
        orchestrator.removeDriver(driver);
    }

    @Reference(
            service = StatusListener.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addListener(StatusListener listener) {
        orchestrator.addListener(listener);
    }

    void removeListener(StatusListener listener) {
        orchestrator.removeListener(listener);
    }

    private static int ranking(Map<String, Object> properties) {
        return properties.get("service.ranking") instanceof Integer ranking ? ranking : 0;
    }

    @Override
    public PopId popId() {
        return orchestrator.popId();
    }

    @Override
    public CompletionStage<ApplicationStatus> apply(Application application, Placement placement) {
        return orchestrator.apply(application, placement);
    }

    @Override
    public CompletionStage<Void> delete(AppId appId, Duration drain) {
        return orchestrator.delete(appId, drain);
    }

    @Override
    public void expect(Set<AppId> applications) {
        orchestrator.expect(applications);
    }

    @Override
    public Optional<ApplicationStatus> status(AppId appId) {
        return orchestrator.status(appId);
    }

    @Override
    public List<ApplicationStatus> statuses() {
        return orchestrator.statuses();
    }

    @Override
    public Subscription watch(StatusListener listener) {
        return orchestrator.watch(listener);
    }
}
