package org.nearzero.orchestrator.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.driver.SupportsPrePull;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;

/** A driver whose instances are listening sockets, with a knob for each way in which a driver can go wrong. */
public final class FakeDriver implements ContainerDriver, SupportsPrePull, AutoCloseable {
    /** What outlives a driver object: the engine. Two drivers on one engine list the same instances. */
    public static final class Engine {
        public final Map<AppInstanceId, DriverInstance> instances = new ConcurrentHashMap<>();
        private final Map<AppInstanceId, ServerSocket> sockets = new ConcurrentHashMap<>();
    }

    public final Engine engine;
    public final List<InstanceSpec> started = new CopyOnWriteArrayList<>();
    public final List<AppInstanceId> stopped = new CopyOnWriteArrayList<>();
    public final AtomicInteger mostAtOnce = new AtomicInteger();
    private final List<DriverListener> listeners = new CopyOnWriteArrayList<>();
    private final String name;

    public volatile Predicate<Application> accepts = a -> true;
    /** Makes the answer to a start; the default runs it at once. */
    public volatile Function<InstanceSpec, CompletionStage<DriverInstance>> onStart;
    /** Makes the answer to a stop; the default stops it at once. */
    public volatile Function<AppInstanceId, CompletionStage<Void>> onStop;
    /** Makes the answer to a list; the default tells the truth. */
    public volatile Function<PopId, CompletionStage<List<DriverInstance>>> onList;

    public volatile Function<Artefact, CompletionStage<Void>> onPull = a -> CompletableFuture.completedFuture(null);

    /** What happens before a listener is let in. */
    public volatile Runnable beforeWatch = () -> {};

    public FakeDriver(String name) {
        this(name, new Engine());
    }

    public FakeDriver(String name, Engine engine) {
        this.name = name;
        this.engine = engine;
        this.onStart = spec -> CompletableFuture.completedFuture(run(spec));
        this.onStop = id -> {
            end(id);
            return CompletableFuture.completedFuture(null);
        };
        this.onList = pop -> CompletableFuture.completedFuture(List.copyOf(engine.instances.values()));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean accepts(Application application) {
        return accepts.test(application);
    }

    @Override
    public CompletionStage<DriverInstance> start(InstanceSpec spec) {
        started.add(spec);
        return onStart.apply(spec);
    }

    @Override
    public CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
        stopped.add(instance);
        return onStop.apply(instance);
    }

    @Override
    public CompletionStage<List<DriverInstance>> list(PopId pop) {
        return onList.apply(pop);
    }

    @Override
    public Subscription watch(PopId pop, DriverListener listener) {
        beforeWatch.run();
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public CompletionStage<Void> prePull(Artefact artefact) {
        return onPull.apply(artefact);
    }

    /** Runs an instance: a socket that listens. */
    public DriverInstance run(InstanceSpec spec) {
        try {
            ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            engine.sockets.put(spec.appInstanceId(), socket);
            return put(spec, new Endpoint("127.0.0.1", socket.getLocalPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Claims to run an instance where nobody listens. */
    public DriverInstance runDeaf(InstanceSpec spec) {
        return put(spec, new Endpoint("127.0.0.1", 1));
    }

    private DriverInstance put(InstanceSpec spec, Endpoint endpoint) {
        DriverInstance instance = new DriverInstance(
                spec.appInstanceId(),
                spec.application().appId(),
                spec.popId(),
                spec.generation(),
                InstanceState.RUNNING,
                Optional.of(endpoint),
                Instant.now(),
                "");
        engine.instances.put(spec.appInstanceId(), instance);
        mostAtOnce.accumulateAndGet(engine.instances.size(), Math::max);
        listeners.forEach(l -> l.changed(instance));
        return instance;
    }

    /** Ends an instance and removes it. */
    public void end(AppInstanceId id) {
        closeSocket(id);
        if (engine.instances.remove(id) != null) {
            listeners.forEach(l -> l.removed(id));
        }
    }

    /** An instance dies by itself. */
    public void crash(AppInstanceId id, String lastWords) {
        closeSocket(id);
        DriverInstance dead = state(id, InstanceState.EXITED, lastWords);
        listeners.forEach(l -> l.changed(dead));
    }

    /** An instance stops listening, and nobody notices. */
    public void deafen(AppInstanceId id) {
        closeSocket(id);
    }

    private DriverInstance state(AppInstanceId id, InstanceState state, String detail) {
        DriverInstance i = engine.instances.get(id);
        DriverInstance next = new DriverInstance(
                id, i.appId(), i.popId(), i.generation(), state, Optional.empty(), i.createdAt(), detail);
        engine.instances.put(id, next);
        return next;
    }

    private void closeSocket(AppInstanceId id) {
        ServerSocket socket = engine.sockets.remove(id);
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public void resync() {
        listeners.forEach(DriverListener::resync);
    }

    public void unavailable(String reason) {
        listeners.forEach(l -> l.unavailable(reason));
    }

    public static <T> CompletionStage<T> failed(DriverException.Code code, String message) {
        return CompletableFuture.failedFuture(new DriverException(code, message));
    }

    /** Blocks the calling thread until the latch opens. */
    public static void block(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        List.copyOf(engine.sockets.keySet()).forEach(this::closeSocket);
    }
}
