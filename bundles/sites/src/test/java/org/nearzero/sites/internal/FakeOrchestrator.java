package org.nearzero.sites.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstance;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.Orchestrator;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.orchestrator.StatusListener;
import org.nearzero.api.policy.Desired;

/** Remembers what it was handed. Where it is to serve it has an instance at once; where it relays, none. It refuses when told to. */
final class FakeOrchestrator implements Orchestrator {
    private final PopId popId;
    private final Map<AppId, Handed> applications = new TreeMap<>();
    private final List<StatusListener> listeners = new CopyOnWriteArrayList<>();
    private Optional<RuntimeException> refusal = Optional.empty();
    private Class<? extends Placement> refused = Placement.class;
    private int drains;

    FakeOrchestrator(PopId popId) {
        this.popId = popId;
    }

    private record Handed(Application application, Placement placement) {}

    /** From now on each hand-over fails so, until that is taken back. */
    synchronized void refuse(Optional<RuntimeException> with) {
        refuse(Placement.class, with);
    }

    /** The same for one part only. */
    synchronized void refuse(Class<? extends Placement> part, Optional<RuntimeException> with) {
        refused = part;
        refusal = with;
    }

    /** From now on so many instances are ready still where it relays. */
    synchronized void draining(int instances) {
        drains = instances;
    }

    synchronized Optional<Placement> placement(AppId appId) {
        return Optional.ofNullable(applications.get(appId)).map(Handed::placement);
    }

    @Override
    public PopId popId() {
        return popId;
    }

    @Override
    public CompletionStage<ApplicationStatus> apply(Application application, Placement placement) {
        ApplicationStatus status;
        synchronized (this) {
            if (refusal.isPresent() && refused.isInstance(placement)) {
                return CompletableFuture.failedFuture(refusal.get());
            }
            Handed handed = new Handed(application, placement);
            applications.put(application.appId(), handed);
            status = status(handed);
        }
        listeners.forEach(listener -> listener.changed(status));
        return CompletableFuture.completedFuture(status);
    }

    @Override
    public synchronized CompletionStage<Void> delete(AppId appId, Duration drain) {
        return applications.remove(appId) == null
                ? CompletableFuture.failedFuture(new RefusedException(RefusedException.Code.NOT_FOUND, "no " + appId))
                : CompletableFuture.completedFuture(null);
    }

    @Override
    public void expect(Set<AppId> expected) {}

    @Override
    public synchronized Optional<ApplicationStatus> status(AppId appId) {
        return Optional.ofNullable(applications.get(appId)).map(this::status);
    }

    @Override
    public synchronized List<ApplicationStatus> statuses() {
        return applications.values().stream().map(this::status).toList();
    }

    @Override
    public Subscription watch(StatusListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private ApplicationStatus status(Handed handed) {
        int ready = handed.placement() instanceof Placement.Relay ? drains : 1;
        AppId appId = handed.application().appId();
        List<AppInstance> instances = IntStream.range(0, ready)
                .mapToObj(i -> new AppInstance(
                        new AppInstanceId(appId + "." + i),
                        appId,
                        "1",
                        "fake",
                        AppInstanceStatus.READY,
                        Optional.empty(),
                        Instant.EPOCH,
                        Instant.EPOCH,
                        ""))
                .toList();
        return new ApplicationStatus(
                handed.application(),
                handed.placement(),
                ready == 0 ? ApplicationStatus.State.ZERO : ApplicationStatus.State.SERVING,
                new Desired(ready, "fake", Optional.empty(), false),
                Demand.none(appId),
                instances,
                "",
                Optional.empty(),
                Instant.EPOCH);
    }
}
