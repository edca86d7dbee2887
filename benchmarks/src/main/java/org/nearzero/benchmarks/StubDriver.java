package org.nearzero.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;

/** Starts nothing, takes no time, and notes when it was called: every instance is one and the same server. */
final class StubDriver implements ContainerDriver {
    private final Map<AppId, Long> calledAt = new ConcurrentHashMap<>();
    private final Map<AppInstanceId, DriverInstance> running = new ConcurrentHashMap<>();
    private final Endpoint server;

    StubDriver(Endpoint server) {
        this.server = server;
    }

    /** When a start for the application was first asked for, by System.nanoTime(); empty if it was not. */
    Optional<Long> calledAt(AppId app) {
        return Optional.ofNullable(calledAt.get(app));
    }

    @Override
    public String name() {
        return "stub";
    }

    @Override
    public boolean accepts(Application application) {
        return true;
    }

    @Override
    public CompletionStage<DriverInstance> start(InstanceSpec spec) {
        calledAt.putIfAbsent(spec.application().appId(), System.nanoTime());
        DriverInstance instance = new DriverInstance(
                spec.appInstanceId(),
                spec.application().appId(),
                spec.popId(),
                spec.generation(),
                InstanceState.RUNNING,
                Optional.of(server),
                Instant.now(),
                "");
        running.put(spec.appInstanceId(), instance);
        return CompletableFuture.completedFuture(instance);
    }

    @Override
    public CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
        running.remove(instance);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<List<DriverInstance>> list(PopId pop) {
        return CompletableFuture.completedFuture(List.copyOf(running.values()));
    }

    @Override
    public Subscription watch(PopId pop, DriverListener listener) {
        return () -> {};
    }
}
