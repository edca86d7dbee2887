package org.nearzero.orchestrator.internal;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.DemandListener;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.Orchestrator;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.orchestrator.StatusListener;
import org.nearzero.api.policy.PolicyEngine;
import org.nearzero.orchestrator.core.AppState;
import org.nearzero.orchestrator.core.Event;
import org.nearzero.orchestrator.core.Lifecycle;
import org.nearzero.orchestrator.core.RouteTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orchestrator: one thread that takes what changed, decides, plans, has the steps run and gives the routes to the ingress.
 * It sleeps until something changes or until the instant that the last decision asked to be woken at. Drivers and listeners are
 * called on threads of their own; all deadlines are kept here.
 */
public final class EventLoopOrchestrator implements Orchestrator, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoopOrchestrator.class);
    private static final Duration FRESH = Duration.ofMillis(100);

    private final OrchestratorSettings settings;
    private final PolicyEngine policyEngine;
    private final Ingress ingress;
    private final Clock clock;
    private final EventLoop loop;
    private final ReadinessProbe probe = new ReadinessProbe();
    private final Notifier notifier = new Notifier();
    private final RouteTable routes = new RouteTable();
    private final Lanes lanes = new Lanes();
    private final Apps apps;
    private final Drivers drivers;
    private final Admission admission;
    private Subscription demandWatch = () -> {};
    private Subscription policyWatch = () -> {};
    private final AtomicLong handOvers = new AtomicLong();
    private final Set<CompletableFuture<?>> pending = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param clock tells the time for all deadlines; if a test moves it, {@link #clockMoved} has to be called */
    public EventLoopOrchestrator(
            OrchestratorSettings settings, PolicyEngine policyEngine, Ingress ingress, Clock clock) {
        this.settings = requireNonNull(settings, "settings");
        this.policyEngine = requireNonNull(policyEngine, "policyEngine");
        this.ingress = requireNonNull(ingress, "ingress");
        this.clock = requireNonNull(clock, "clock");
        loop = new EventLoop("nearzero-orchestrator-" + settings.popId(), clock);
        Lifecycle lifecycle = new Lifecycle(settings.popId(), settings.timing());
        apps = new Apps(loop, clock, lifecycle, policyEngine, ingress, probe, notifier);
        DriverCalls calls = new DriverCalls(loop, clock, apps, lanes, settings);
        apps.connect(calls);
        drivers = new Drivers(loop, clock, settings, lanes, apps, calls);
        admission = new Admission(settings, policyEngine, routes, lanes);
    }

    /** Starts the loop and begins to listen to the ingress and the policy engine. Drivers may be added before or after. */
    public void start() {
        loop.start();
        demandWatch = ingress.watch(new DemandListener() {
            @Override
            public void demandChanged(AppId appId) {
                apps.changed(appId);
            }

            @Override
            public void suspected(AppId appId, AppInstanceId instance, String reason) {
                loop.put(() ->
                        apps.find(appId).ifPresent(slot -> apps.fire(slot, new Event.Suspected(instance, reason))));
            }
        });
        policyWatch = policyEngine.watch(() -> loop.put(() -> apps.all().forEach(apps::mark)));
    }

    /** Adds a driver; among those that accept an application the highest ranking runs it. Asks the driver for its name. */
    public void addDriver(ContainerDriver driver, int ranking) {
        DriverLane lane = new DriverLane(requireNonNull(driver, "driver"), ranking, settings.driverThreads());
        lanes.add(lane);
        loop.put(() -> drivers.joined(lane));
    }

    /**
     * Takes a driver away. Its instances keep their routes and go on, {@code UNKNOWN}, until a driver that lists them is added;
     * if another driver accepts their applications, new instances on that one take over, make-before-break.
     */
    public void removeDriver(ContainerDriver driver) {
        lanes.remove(driver).ifPresent(lane -> loop.put(() -> drivers.left(lane)));
    }

    /** The ways to the drivers, for a test that waits until no call is under way. */
    Lanes lanes() {
        return lanes;
    }

    /** Adds a listener. */
    public void addListener(StatusListener listener) {
        notifier.add(requireNonNull(listener, "listener"));
    }

    /** Removes a listener. */
    public void removeListener(StatusListener listener) {
        notifier.remove(listener);
    }

    /** Has the loop look at the clock again: for a clock that does not move by itself. */
    public void clockMoved() {
        loop.put(() -> {});
    }

    @Override
    public PopId popId() {
        return settings.popId();
    }

    @Override
    public CompletionStage<ApplicationStatus> apply(Application application, Placement placement) {
        requireNonNull(application, "application");
        requireNonNull(placement, "placement");
        CompletableFuture<ApplicationStatus> result = pending();
        if (closed) {
            result.completeExceptionally(shuttingDown());
            return result;
        }
        HandOver handOver = new HandOver(handOvers.incrementAndGet(), application, placement, result);
        // Admission asks drivers and the policy engine: none of it on the caller's thread, which may be an I/O thread.
        loop.put(() -> {
            Optional<Slot> slot = apps.find(application.appId());
            Optional<AppState> known = slot.map(s -> s.state);
            Map<DriverLane, Boolean> earlier =
                    slot.map(s -> Map.copyOf(s.accepted)).orElse(Map.of());
            notifier.run(() -> check(handOver, known, earlier));
        });
        return result;
    }

    /** One call of {@link #apply}, by its number: checks overtake each other, hand-overs must not. */
    private record HandOver(
            long number, Application application, Placement placement, CompletableFuture<ApplicationStatus> result) {}

    private void check(HandOver handOver, Optional<AppState> known, Map<DriverLane, Boolean> earlier) {
        admission
                .check(handOver.application(), handOver.placement(), known, earlier)
                .whenComplete((admitted, failure) -> {
                    if (failure == null) {
                        loop.put(() -> commit(handOver, admitted));
                    } else {
                        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                        handOver.result().completeExceptionally(cause);
                    }
                });
    }

    private void commit(HandOver handOver, Admission.Admitted admitted) {
        Application application = handOver.application();
        CompletableFuture<ApplicationStatus> result = handOver.result();
        AppId appId = application.appId();
        try {
            admission.requireFreeRoutes(application); // another may have taken one since it was checked
            refuseIf(closed, shuttingDown());
            if (admitted.missing().isPresent() && !drivers.waitsFor(application)) {
                throw admitted.missing().get();
            }
            Optional<AppState> known = apps.find(appId).map(slot -> slot.state);
            refuseIf(
                    known.isPresent() && known.get().deleting(),
                    new RefusedException(
                            RefusedException.Code.INCOMPATIBLE_STATE,
                            "app=" + appId + " pop=" + popId()
                                    + ": is being deleted (apply it again once it is gone)"));
            refuseIf(
                    apps.find(appId).filter(s -> s.handOver > handOver.number()).isPresent(),
                    new RefusedException(
                            RefusedException.Code.INCOMPATIBLE_STATE,
                            "app=" + appId + " pop=" + popId()
                                    + ": was handed over anew while this was checked (the later one is in force)"));
            routes.assign(appId, application.policy().routes());
            String driver = known.map(AppState::driver).orElse("");
            boolean inventoried = known.map(AppState::inventoried).orElse(true);
            Slot slot = apps.apply(
                    new Event.Applied(application, handOver.placement(), driver, inventoried, admitted.advice()));
            slot.handOver = handOver.number();
            slot.accepted.clear();
            slot.accepted.putAll(admitted.accepted());
            slot.accepted.keySet().removeIf(DriverLane::closed);
            drivers.choose(slot);
            drivers.claim(slot);
            lanes.all().stream()
                    .filter(lane -> !admitted.accepted().containsKey(lane)
                            || admitted.silent().contains(lane))
                    .forEach(lane -> drivers.askWhetherAccepted(lane, List.of(application)));
            apps.settle(slot);
            LOG.info(
                    "event=applied app={} version={} placement=\"{}\" driver={} generation={}",
                    appId,
                    application.version(),
                    handOver.placement(),
                    slot.state.driver(),
                    slot.state.generation());
            ApplicationStatus status = slot.status;
            notifier.run(() -> result.complete(status));
        } catch (RuntimeException e) {
            notifier.run(() -> result.completeExceptionally(e));
        }
    }

    /** A promise that closing breaks if nothing else has kept or broken it before. */
    private <T> CompletableFuture<T> pending() {
        CompletableFuture<T> result = new CompletableFuture<>();
        pending.add(result);
        result.whenComplete((value, failure) -> pending.remove(result));
        return result;
    }

    private static void refuseIf(boolean condition, RefusedException why) {
        if (condition) {
            throw why;
        }
    }

    private RefusedException shuttingDown() {
        return new RefusedException(
                RefusedException.Code.UNAVAILABLE, "pop=" + popId() + ": the orchestrator is shutting down");
    }

    @Override
    public CompletionStage<Void> delete(AppId appId, Duration drain) {
        requireNonNull(appId, "appId");
        requireNonNull(drain, "drain");
        CompletableFuture<Void> result = pending();
        if (closed) {
            result.completeExceptionally(shuttingDown());
            return result;
        }
        loop.put(() -> {
            Optional<Slot> slot = closed ? Optional.empty() : apps.find(appId);
            if (slot.isEmpty()) {
                RefusedException why = closed
                        ? shuttingDown()
                        : new RefusedException(
                                RefusedException.Code.NOT_FOUND,
                                "app=" + appId + " pop=" + popId() + ": no such application");
                notifier.run(() -> result.completeExceptionally(why));
                return;
            }
            routes.release(appId);
            deleteBy(slot.get(), clock.instant().plus(drain.isNegative() ? Duration.ZERO : drain));
            slot.get().deletion.whenComplete((done, failure) -> result.complete(null));
        });
        return result;
    }

    private void deleteBy(Slot slot, Instant by) {
        // A second delete may shorten the drain, not lengthen it.
        if (by.isBefore(slot.state.deleteBy())) {
            apps.fire(slot, new Event.Deleted(by));
        }
    }

    @Override
    public void expect(Set<AppId> applications) {
        Set<AppId> names = Set.copyOf(applications);
        loop.put(() -> drivers.expect(names));
    }

    @Override
    public Optional<ApplicationStatus> status(AppId appId) {
        return apps.find(appId).map(this::fresh);
    }

    @Override
    public List<ApplicationStatus> statuses() {
        return apps.all().stream()
                .map(this::fresh)
                .sorted(Comparator.comparing(status -> status.application().appId()))
                .toList();
    }

    /**
     * The last snapshot with what the ingress counts now, since most connections, sessions and devices come and go without
     * waking the loop. If it is a while old and the application alive, the loop is asked to make a newer one for next time.
     */
    private ApplicationStatus fresh(Slot slot) {
        ApplicationStatus status = slot.status;
        boolean idle = status.state() == ApplicationStatus.State.ZERO;
        if (!idle && status.at().plus(FRESH).isBefore(clock.instant())) {
            apps.mark(slot);
        }
        Demand counted = ingress.peek(slot.appId).remembering(status.demand(), Instant.MIN);
        return new ApplicationStatus(
                status.application(),
                status.placement(),
                status.state(),
                status.desired(),
                counted,
                status.instances(),
                status.condition(),
                status.retryAt(),
                status.at());
    }

    @Override
    public Subscription watch(StatusListener listener) {
        addListener(listener);
        return () -> removeListener(listener);
    }

    /**
     * Ends the loop. Instances go on running, to be adopted at the next start, unless
     * {@link OrchestratorSettings#stopInstancesOnClose()}: then waits until they have stopped, for their grace and 10 s at most.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        demandWatch.close();
        policyWatch.close();
        if (settings.stopInstancesOnClose()) {
            stopInstances();
        }
        loop.close();
        pending.forEach(result -> result.completeExceptionally(shuttingDown()));
        lanes.all().forEach(DriverLane::close);
        probe.close();
        notifier.close();
    }

    private void stopInstances() {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        loop.put(() -> {
            CompletableFuture<?>[] deletions =
                    apps.all().stream().map(slot -> slot.deletion).toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(deletions).whenComplete((done, failure) -> stopped.complete(null));
            apps.all().forEach(slot -> deleteBy(slot, clock.instant()));
        });
        try {
            stopped.get(settings.stopGrace().toMillis() + 10_000, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("event=close pop={} left=\"some instances did not stop in time\"", popId());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.error("event=close pop={}", popId(), e);
        }
    }
}
