package org.nearzero.embed;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;

/** Runs nothing: each instance of its is one and the same server of the test's. */
final class FakeDriver implements ContainerDriver {
    final Map<AppInstanceId, DriverInstance> running = new ConcurrentHashMap<>();
    private final List<DriverListener> listeners = new ArrayList<>();
    private final String name;
    private final int port;

    FakeDriver(String name, int port) {
        this.name = name;
        this.port = port;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean accepts(Application application) {
        return true;
    }

    @Override
    public CompletionStage<DriverInstance> start(InstanceSpec spec) {
        DriverInstance instance = new DriverInstance(
                spec.appInstanceId(),
                spec.application().appId(),
                spec.popId(),
                spec.generation(),
                InstanceState.RUNNING,
                Optional.of(new Endpoint("127.0.0.1", port)),
                Instant.now(),
                "");
        running.put(spec.appInstanceId(), instance);
        return CompletableFuture.completedFuture(instance);
    }

    @Override
    public CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
        if (running.remove(instance) != null) {
            listeners().forEach(listener -> listener.removed(instance));
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<List<DriverInstance>> list(PopId pop) {
        return CompletableFuture.completedFuture(List.copyOf(running.values()));
    }

    @Override
    public Subscription watch(PopId pop, DriverListener listener) {
        synchronized (listeners) {
            listeners.add(listener);
        }
        return () -> {
            synchronized (listeners) {
                listeners.remove(listener);
            }
        };
    }

    List<DriverListener> listeners() {
        synchronized (listeners) {
            return List.copyOf(listeners);
        }
    }
}
