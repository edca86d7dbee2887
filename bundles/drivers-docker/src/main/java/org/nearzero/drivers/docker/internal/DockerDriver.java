package org.nearzero.drivers.docker.internal;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.SupportsImageTransfer;
import org.nearzero.api.driver.SupportsPause;
import org.nearzero.api.driver.SupportsPrePull;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;
import org.nearzero.drivers.docker.core.ImageReference;

/**
 * Runs instances as hardened containers on the Docker engine of this machine. The containers' labels are its only memory.
 *
 * <p>It works from the first moment, engine or not: without one every call fails with {@code ENGINE_UNAVAILABLE}, and when an
 * engine appears or comes back it is found without help. Listeners hear {@code unavailable} when the engine is lost and
 * {@code resync} when it is back.
 *
 * <p>Thread-safe; no method blocks. Stages are completed on threads of the driver's pool.
 */
public class DockerDriver
        implements ContainerDriver, SupportsPause, SupportsPrePull, SupportsImageTransfer, AutoCloseable {
    private final Engine engine;
    private final Images images;
    private final ImageExport exports;
    private final ImageImport imports;
    private final Containers containers;
    private final Listeners listeners = new Listeners();
    private final Fronting fronting = new Fronting(Path.of("/proc"));
    private final EventStream events;
    private final ContainerOrder order;
    private final Lives lives;
    private final Starts starts;
    private final Stops stops;
    private final Sequence<AppInstanceId> orders = new Sequence<>();
    private final AtomicBoolean warm = new AtomicBoolean();
    private volatile String lost = "";

    /** A driver at work; {@link #close} ends it. */
    public DockerDriver(DockerSettings settings) {
        requireNonNull(settings, "settings");
        engine = new Engine(settings);
        images = new Images(engine, settings);
        exports = new ImageExport(engine);
        imports = new ImageImport(engine, images);
        containers = new Containers(fronting);
        lives = new Lives(engine, containers, images, listeners);
        events = new EventStream(engine, settings, new Hearer());
        stops = new Stops(engine, containers, lives, events::isLive);
        order = new ContainerOrder(settings);
        starts = new Starts(engine, images, containers, order, lives, stops);
        engine.onSilence(events::doubt);
        events.start();
    }

    @Override
    public final String name() {
        return "docker";
    }

    /** Whether the artefact's path is an image reference. */
    @Override
    public final boolean accepts(Application application) {
        return ImageReference.parse(application.artefact().imagePath()).isPresent();
    }

    @Override
    public final CompletionStage<DriverInstance> start(InstanceSpec spec) {
        requireNonNull(spec, "spec");
        return answered(orders.then(spec.appInstanceId(), () -> starts.start(spec)));
    }

    @Override
    public final CompletionStage<Void> stop(AppInstanceId instance, Duration grace) {
        requireNonNull(instance, "instance");
        requireNonNull(grace, "grace");
        return answered(orders.then(instance, () -> stops.stop(instance, grace)));
    }

    @Override
    public final CompletionStage<List<DriverInstance>> list(PopId pop) {
        requireNonNull(pop, "pop");
        return answered(engine.call("pop=" + pop + ": list", client -> containers.list(client, pop)));
    }

    @Override
    public final Subscription watch(PopId pop, DriverListener listener) {
        requireNonNull(pop, "pop");
        requireNonNull(listener, "listener");
        return listeners.add(pop, listener, first -> {
            String reason = lost;
            if (!reason.isEmpty()) {
                first.unavailable(reason);
            }
        });
    }

    @Override
    public final CompletionStage<Void> pause(AppInstanceId instance) {
        return frozen(instance, "pause", "is already paused", (client, id) -> client.pauseContainerCmd(id)
                .exec());
    }

    @Override
    public final CompletionStage<Void> unpause(AppInstanceId instance) {
        return frozen(instance, "unpause", "is not paused", (client, id) -> client.unpauseContainerCmd(id)
                .exec());
    }

    private CompletionStage<Void> frozen(
            AppInstanceId instance, String verb, String nothingToDo, BiConsumer<DockerClient, String> command) {
        requireNonNull(instance, "instance");
        String what = "instance=" + instance + ": " + verb;
        return answered(orders.then(
                instance,
                () -> engine.call(what, client -> {
                    try {
                        command.accept(client, instance.value());
                    } catch (DockerException e) {
                        String words = EngineErrors.words(e);
                        boolean running = words.contains(nothingToDo)
                                && Boolean.TRUE.equals(client.inspectContainerCmd(instance.value())
                                        .exec()
                                        .getState()
                                        .getRunning());
                        if (words.contains("is not running") || words.contains(nothingToDo) && !running) {
                            throw new DriverException(Code.EXITED, what + ": the engine says: " + words, e);
                        }
                        if (!running) {
                            throw e;
                        }
                    }
                    return null;
                })));
    }

    @Override
    public final CompletionStage<Void> prePull(Artefact artefact) {
        requireNonNull(artefact, "artefact");
        return answered(images.of(artefact).thenApply(image -> (Void) null));
    }

    @Override
    public final CompletionStage<ImageManifest> exportImage(Artefact artefact, Path directory) {
        requireNonNull(artefact, "artefact");
        requireNonNull(directory, "directory");
        return answered(exports.export(artefact, directory));
    }

    @Override
    public final CompletionStage<Set<String>> missingParts(ImageManifest manifest) {
        requireNonNull(manifest, "manifest");
        return answered(imports.missing(manifest));
    }

    @Override
    public final CompletionStage<Void> importImage(Artefact artefact, ImageManifest manifest, Path directory) {
        requireNonNull(artefact, "artefact");
        requireNonNull(manifest, "manifest");
        requireNonNull(directory, "directory");
        return answered(imports.importImage(artefact, manifest, directory));
    }

    /** The outcome for the caller, whose hands are kept off the driver's own future; an answer shows that there is an engine. */
    private <T> CompletionStage<T> answered(CompletableFuture<T> outcome) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        outcome.whenComplete((value, problem) -> {
            if (problem == null) {
                events.hurry();
                answer.complete(value);
            } else {
                answer.completeExceptionally(engine.errors().of("call", problem));
            }
        });
        return answer.minimalCompletionStage();
    }

    /** Ends the driver; its instances run on. Calls that are under way fail. Idempotent. */
    @Override
    public final void close() {
        events.close();
        engine.close();
        listeners.close();
    }

    /** What the driver does on news of the engine. */
    private final class Hearer implements EventStream.Hearer {
        @Override
        public void connected() {
            fronting.forget();
            images.remember(true);
            lost = "";
            listeners.resync();
            stops.owed().forEach(id -> orders.then(id, () -> stops.settle(id)));
            if (warm.compareAndSet(false, true)) {
                engine.call("warm up", client -> Warmth.bring(client, order));
            }
        }

        @Override
        public void event(Event event) {
            lives.event(event);
        }

        @Override
        public void lost(String reason) {
            images.remember(false);
            lost = reason;
            listeners.unavailable(reason);
        }
    }
}
