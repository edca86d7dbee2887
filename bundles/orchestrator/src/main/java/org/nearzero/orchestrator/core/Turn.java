package org.nearzero.orchestrator.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Peak;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.AppInstance;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.ReadinessPolicy;
import org.nearzero.api.policy.Desired;
import org.nearzero.orchestrator.core.Instance.Phase;

/**
 * The working copy of one application during one transition: what may be done to it, and what has to be done outside as a
 * consequence. Lives for one call, on one thread.
 */
final class Turn {
    private static final Duration FIRST_STOP_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_STOP_RETRY = Duration.ofSeconds(60);

    final PopId pop;
    final Timing timing;
    final Instant now;
    private final AppState before;
    private final List<Effect> beforeRoute = new ArrayList<>();
    private final List<Effect> afterRoute = new ArrayList<>();
    private Map<AppInstanceId, Instance> instances;
    private boolean copied;

    Application application;
    Placing placing;
    String driver;
    boolean inventoried;
    Demand demand;
    Desired desired;
    Backoff backoff;
    String advice;
    String engine;
    int room;
    Instant deleteBy;

    Turn(AppState state, PopId pop, Timing timing, Instant now) {
        this.before = state;
        this.pop = pop;
        this.timing = timing;
        this.now = now;
        instances = state.instances();
        application = state.application();
        placing = state.placing();
        driver = state.driver();
        inventoried = state.inventoried();
        demand = state.demand();
        desired = state.desired();
        backoff = state.backoff();
        advice = state.advice();
        engine = state.engine();
        room = state.room();
        deleteBy = state.deleteBy();
    }

    /** The outcome: routes change before anything is stopped, and after everything that makes ready for it. */
    Transition end() {
        AppState state = state();
        List<Effect> effects = new ArrayList<>(beforeRoute);
        if (!state.deleting() && routesMayDiffer()) {
            Routes routes = Projection.of(state, now);
            if (routes != state.routes()) {
                effects.add(new Effect.Route(routes));
            }
            state = state.routed(routes, placing.routed(before, routes, now));
        }
        effects.addAll(afterRoute);
        return new Transition(state, effects);
    }

    /** Whether anything changed that routes are made of. Most turns only read demand, and that path has to be short. */
    private boolean routesMayDiffer() {
        return copied
                || application != before.application()
                || placing != before.placing()
                || backoff != before.backoff()
                || before.routes().otherwise() instanceof Routes.Refuse; // which time alone may end
    }

    AppState state() {
        String generation = application == before.application() ? before.generation() : Generation.of(application);
        return new AppState(
                application,
                placing,
                generation,
                driver,
                inventoried,
                copied ? Collections.unmodifiableMap(instances) : instances,
                demand,
                desired,
                backoff,
                advice,
                engine,
                room,
                deleteBy,
                before.routes());
    }

    boolean deleting() {
        return deleteBy.isBefore(Instant.MAX);
    }

    List<Instance> all() {
        return List.copyOf(instances.values());
    }

    Optional<Instance> find(AppInstanceId id) {
        return Optional.ofNullable(instances.get(id));
    }

    void put(Instance instance) {
        own().put(instance.id(), instance);
    }

    void effect(Effect effect) {
        beforeRoute.add(effect);
    }

    /** Orders a new instance from the driver. */
    void start(AppInstanceId id, String generation) {
        AppInstance value = new AppInstance(
                id,
                application.appId(),
                generation,
                driver,
                AppInstanceStatus.INSTANTIATING,
                Optional.empty(),
                now,
                now,
                "");
        put(Instance.ordered(value, application.resources(), startupDeadline()));
        effect(new Effect.Start(driver, new InstanceSpec(id, pop, generation, application, timing.stopGrace())));
    }

    Instant startupDeadline() {
        return now.plus(application.policy().scaling().startupDeadline());
    }

    /** Begins to probe an instance whose process runs. */
    void probe(Instance instance, ReadinessPolicy readiness) {
        effect(new Effect.Probe(instance.id(), instance.value().endpoint().orElseThrow(), readiness));
    }

    /** Takes an instance out of the routes and has it stopped. */
    void stop(Instance instance, AppInstanceStatus status, String reason) {
        effect(new Effect.EndProbe(instance.id()));
        callStop(instance.status(status, now, reason).stopping(Instant.MAX, 0, 0));
    }

    /** Asks the driver (once more) to stop an instance. */
    void callStop(Instance stopping) {
        Instant deadline = now.plus(timing.stopGrace()).plus(timing.stopMargin());
        put(stopping.stopping(deadline, stopping.stopsUnderWay() + 1, stopping.stopFailures()));
        afterRoute.add(new Effect.Stop(stopping.value().driver(), stopping.id(), timing.stopGrace()));
    }

    /** Notes that a stop failed; the next one is tried after a delay that doubles from 1 s to 60 s. */
    void stopFailed(Instance stopping, String reason) {
        int failures = stopping.stopFailures() + 1;
        Duration delay = FIRST_STOP_RETRY.multipliedBy(1L << Math.min(failures - 1, 6));
        Instant retryAt = now.plus(delay.compareTo(LONGEST_STOP_RETRY) > 0 ? LONGEST_STOP_RETRY : delay);
        put(stopping.status(stopping.value().status(), now, reason).stopping(retryAt, 0, failures));
        effect(new Effect.Tell(true, stopping.id(), "stop-failed", reason));
    }

    /** An instance did not come up, or broke: out of the routes with it, and clean up. */
    void fail(Instance instance, Backoff.Cause cause, String reason) {
        noteFailure(instance, cause, reason);
        stop(instance, AppInstanceStatus.FAILED, reason);
    }

    /** Counts a failure toward the back-off, unless the instance had shown that it can stay up. */
    void noteFailure(Instance instance, Backoff.Cause cause, String reason) {
        effect(new Effect.Tell(true, instance.id(), "failed", reason));
        boolean stable = instance.phase() == Phase.READY
                && !now.isBefore(instance.readyAt().plus(timing.stableAfter()));
        if (!stable && !deleting()) {
            backoff = backoff.failed(instance.value().createdAt(), now, cause, reason);
        }
    }

    /** An instance does not exist any more. */
    void depart(Instance instance) {
        own().remove(instance.id());
        effect(new Effect.EndProbe(instance.id()));
        effect(new Effect.Depart(instance.id()));
    }

    /**
     * Remembers all live instances as full until now. Who used an adopted one is not known; without this it would be given up
     * at once, in front of those who come back after a restart, instead of after the policy's delay.
     */
    void assumeUsed() {
        long live = instances.values().stream().filter(Instance::live).count();
        long full = live * application.policy().scaling().maxConnectionsPerInstance();
        Peak peak = new Peak((int) Math.min(full, Integer.MAX_VALUE), now);
        Demand used = new Demand(
                demand.appId(),
                demand.inFlight(),
                demand.waiting(),
                demand.waitingBytes(),
                demand.relayed(),
                demand.sessions(),
                demand.devices(),
                demand.perInstance(),
                List.of(peak));
        demand = used.remembering(demand, Instant.MIN);
    }

    private Map<AppInstanceId, Instance> own() {
        if (!copied) {
            instances = new LinkedHashMap<>(instances);
            copied = true;
        }
        return instances;
    }
}
