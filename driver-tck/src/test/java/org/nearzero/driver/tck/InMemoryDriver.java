package org.nearzero.driver.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.ImageManifest.Part;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.driver.SupportsImageTransfer;
import org.nearzero.api.driver.SupportsPause;
import org.nearzero.api.driver.SupportsPrePull;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;

/** A driver that keeps the whole contract, on a {@link FakeEngine}. */
final class InMemoryDriver
        implements ContainerDriver,
                SupportsPause,
                SupportsPrePull,
                SupportsImageTransfer,
                AutoCloseable,
                FakeEngine.Events {
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

    @Override
    public CompletionStage<ImageManifest> exportImage(Artefact artefact, Path directory) {
        return answer(() -> {
            FakeImage image = check(artefact);
            image.content().forEach((digest, bytes) -> written(directory.resolve(digest.substring(7)), bytes));
            return image.manifest();
        });
    }

    private static void written(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public CompletionStage<Set<String>> missingParts(ImageManifest manifest) {
        return answer(() -> {
            Set<String> missing = new HashSet<>();
            manifest.parts().forEach(part -> missing.add(part.digest()));
            engine.images
                    .values()
                    .forEach(image -> missing.removeAll(image.content().keySet()));
            return missing;
        });
    }

    @Override
    public CompletionStage<Void> importImage(Artefact artefact, ImageManifest manifest, Path directory) {
        return answer(() -> {
            FakeImage there = engine.images.get(artefact.imagePath());
            if (there != null && there.manifest().equals(manifest)) {
                check(artefact);
                return null;
            }
            Map<String, byte[]> content = new HashMap<>();
            engine.images.values().forEach(image -> content.putAll(image.content()));
            for (Part part : manifest.parts()) {
                Path file = directory.resolve(part.fileName());
                if (Files.exists(file)) {
                    content.put(part.digest(), read(file));
                }
                byte[] bytes = content.get(part.digest());
                if (bytes == null || !FakeImage.digest(bytes).equals(part.digest())) {
                    throw new DriverException(Code.IMAGE_INVALID, part + ": not there, or not right");
                }
            }
            if (!artefact.checksum().isEmpty()
                    && !artefact.checksum().equals(manifest.config().digest())) {
                throw new DriverException(Code.IMAGE_INVALID, artefact + ": has another checksum");
            }
            Map<String, byte[]> own = new HashMap<>();
            manifest.parts().forEach(part -> own.put(part.digest(), content.get(part.digest())));
            engine.images.put(artefact.imagePath(), new FakeImage(manifest, own));
            return null;
        });
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FakeImage check(Artefact artefact) {
        FakeImage image = engine.images.get(artefact.imagePath());
        if (image == null) {
            throw new DriverException(Code.IMAGE_NOT_FOUND, artefact.imagePath() + ": not found");
        }
        if (!artefact.checksum().isEmpty() && !artefact.checksum().equals(image.checksum())) {
            throw new DriverException(Code.IMAGE_INVALID, artefact + ": has another checksum");
        }
        return image;
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
