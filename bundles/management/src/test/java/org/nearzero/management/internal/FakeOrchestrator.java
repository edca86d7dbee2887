package org.nearzero.management.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstance;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.Orchestrator;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.orchestrator.StatusListener;
import org.nearzero.api.policy.Desired;

/** An orchestrator that takes everything and runs nothing, with knobs for what it is to refuse and what it is to tell. */
public final class FakeOrchestrator implements Orchestrator {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final TreeMap<AppId, ApplicationStatus> statuses = new TreeMap<>();
    private final Queue<RuntimeException> refusals = new ArrayDeque<>();
    private final List<String> calls = new ArrayList<>();
    private Set<AppId> expected = Set.of();
    private Runnable onDelete = () -> {};
    private CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    /** The next hand-over fails so; the one after it with the next one that is told. */
    public synchronized void refuseNext(RuntimeException refusal) {
        refusals.add(refusal);
    }

    /** Done as each deletion arrives. */
    public synchronized void onDelete(Runnable todo) {
        onDelete = todo;
    }

    /** From now on nothing that is asked for is done before the future is complete. */
    public synchronized void waitFor(CompletableFuture<Void> nextGate) {
        gate = nextGate;
    }

    /** What was asked, in order: {@code apply shop 1.0}, {@code delete shop 10s}. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** Lets an application that it has be in a state. */
    public synchronized void set(
            String appId,
            ApplicationStatus.State state,
            Demand demand,
            String condition,
            Optional<Instant> retryAt,
            AppInstance... instances) {
        AppId id = new AppId(appId);
        Desired desired = new Desired(instances.length, instances.length + " instances: set by a test", retryAt, false);
        statuses.put(
                id,
                new ApplicationStatus(
                        statuses.get(id).application(),
                        statuses.get(id).placement(),
                        state,
                        desired,
                        demand,
                        List.of(instances),
                        condition,
                        retryAt,
                        NOW));
    }

    @Override
    public PopId popId() {
        return new PopId("mec-1");
    }

    @Override
    public synchronized CompletionStage<ApplicationStatus> apply(Application application, Placement placement) {
        calls.add("apply " + application.appId() + " " + application.version());
        RuntimeException refusal = refusals.poll();
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        return gate.thenApply(open -> take(application, placement));
    }

    private synchronized ApplicationStatus take(Application application, Placement placement) {
        ApplicationStatus status = new ApplicationStatus(
                application,
                placement,
                ApplicationStatus.State.ZERO,
                new Desired(0, "0: nobody is there", Optional.empty(), false),
                Demand.none(application.appId()),
                List.of(),
                "",
                Optional.empty(),
                NOW);
        statuses.put(application.appId(), status);
        return status;
    }

    @Override
    public synchronized CompletionStage<Void> delete(AppId appId, Duration drain) {
        calls.add("delete " + appId + " " + drain.toMillis() + "ms");
        onDelete.run();
        RuntimeException refusal = refusals.poll();
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        ApplicationStatus status = statuses.get(appId);
        if (status == null) {
            return CompletableFuture.failedFuture(
                    new RefusedException(RefusedException.Code.NOT_FOUND, "app=" + appId + ": no such application"));
        }
        set(appId.value(), ApplicationStatus.State.DELETING, status.demand(), "", Optional.empty());
        return gate.thenRun(() -> forget(appId));
    }

    private synchronized void forget(AppId appId) {
        statuses.remove(appId);
    }

    @Override
    public synchronized void expect(Set<AppId> applications) {
        expected = Set.copyOf(applications);
    }

    /** What it was last told to expect. */
    public synchronized Set<AppId> expected() {
        return expected;
    }

    @Override
    public synchronized Optional<ApplicationStatus> status(AppId appId) {
        return Optional.ofNullable(statuses.get(appId));
    }

    @Override
    public synchronized List<ApplicationStatus> statuses() {
        return List.copyOf(statuses.values());
    }

    @Override
    public Subscription watch(StatusListener listener) {
        throw new UnsupportedOperationException("watch: no test here needs it");
    }
}
