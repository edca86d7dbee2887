package org.nearzero.driver.tck;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.driver.SupportsPause;
import org.nearzero.api.driver.SupportsPrePull;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;

/** A driver that keeps the whole contract, on a {@link FakeEngine}. */
final class InMemoryDriver
        implements ContainerDriver, SupportsPause, SupportsPrePull, AutoCloseable, FakeEngine.Events {
    private record Watch(PopId pop, DriverListener listener) {}

    private final FakeEngine engine;
    private final List<Watch> watches = new CopyOnWriteArrayList<>();

    InMemoryDriver(FakeEngine engine) {
        this.engine = engine;
        engine.events.add(this);
    }

    @Override
    public String name() {
        return "in-memory";
    }

    @Override
    public boolean accepts(Application application) {
        return application.artefact().imagePath().startsWith("fake:");
    }

    @Override
    public synchronized CompletionStage<DriverInstance> start(InstanceSpec spec) {
        return answer(() -> {
            check(spec.application().artefact());
            FakeProcess running = engine.processes.get(spec.appInstanceId());
            if (running == null) {
                running = engine.create(spec);
                engine.changed(running.instance());
            }
            return running.instance();
        });
    }

    @Override
    public CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
        FakeProcess process = engine.processes.get(instance);
        if (process == null) {
            return CompletableFuture.completedFuture(null);
        }
        process.freeze(false);
        process.terminate();
        if (process.instance().state() == InstanceState.EXITED || grace.isZero()) {
            return answer(() -> remove(process));
        }
        return CompletableFuture.runAsync(
                () -> remove(process),
                CompletableFuture.delayedExecutor(grace.toMillis(), TimeUnit.MILLISECONDS, Runnable::run));
    }

    private Void remove(FakeProcess process) {
        engine.remove(process);
        return null;
    }

    @Override
    public CompletionStage<List<DriverInstance>> list(PopId pop) {
        return answer(() -> engine.processes.values().stream()
                .filter(process -> process.labels.popId().equals(pop))
                .map(FakeProcess::instance)
                .toList());
    }

    @Override
    public Subscription watch(PopId pop, DriverListener listener) {
        Watch watch = new Watch(pop, listener);
        watches.add(watch);
        return () -> watches.removeIf(each -> each == watch);
    }

    @Override
    public void changed(DriverInstance instance) {
        tell(instance.popId(), listener -> listener.changed(instance));
    }

    @Override
    public void removed(PopId pop, AppInstanceId instance) {
        tell(pop, listener -> listener.removed(instance));
    }

    private void tell(PopId pop, Consumer<DriverListener> what) {
        for (Watch watch : watches) {
            try {
                if (watch.pop().equals(pop)) {
                    what.accept(watch.listener());
                }
            } catch (RuntimeException e) {
                // its own affair
            }
        }
    }

    @Override
    public CompletionStage<Void> pause(AppInstanceId instance) {
        return freeze(instance, true);
    }

    @Override
    public CompletionStage<Void> unpause(AppInstanceId instance) {
        return freeze(instance, false);
    }

    private CompletionStage<Void> freeze(AppInstanceId instance, boolean frozen) {
        return answer(() -> {
            FakeProcess process = Optional.ofNullable(engine.processes.get(instance))
                    .orElseThrow(() -> new DriverException(Code.NOT_FOUND, instance + ": not found"));
            process.freeze(frozen);
            engine.changed(process.instance());
            return null;
        });
    }

    @Override
    public CompletionStage<Void> prePull(Artefact artefact) {
        return answer(() -> {
            check(artefact);
            return null;
        });
    }

    private static void check(Artefact artefact) {
        if (!artefact.imagePath().equals(FakeEngine.IMAGE)) {
            throw new DriverException(Code.IMAGE_NOT_FOUND, artefact.imagePath() + ": not found");
        }
        if (!artefact.checksum().isEmpty()) {
            throw new DriverException(Code.IMAGE_INVALID, artefact + ": has another checksum");
        }
    }

    private <T> CompletionStage<T> answer(java.util.function.Supplier<T> work) {
        if (engine.down) {
            return CompletableFuture.failedFuture(new DriverException(Code.ENGINE_UNAVAILABLE, "engine is down"));
        }
        try {
            return CompletableFuture.completedFuture(work.get());
        } catch (DriverException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void close() {
        engine.events.remove(this);
        watches.clear();
    }
}
