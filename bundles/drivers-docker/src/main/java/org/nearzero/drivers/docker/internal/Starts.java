package org.nearzero.drivers.docker.internal;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotModifiedException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.drivers.docker.core.Ledger;

/** Starts instances: create, start, inspect, in three round trips on one thread; whatever fails leaves nothing behind. */
final class Starts {
    private final Engine engine;
    private final Images images;
    private final Containers containers;
    private final ContainerOrder order;
    private final Lives lives;
    private final Stops stops;

    Starts(Engine engine, Images images, Containers containers, ContainerOrder order, Lives lives, Stops stops) {
        this.engine = engine;
        this.images = images;
        this.containers = containers;
        this.order = order;
        this.lives = lives;
        this.stops = stops;
    }

    /** One start; none other of the same instance may be under way. */
    CompletableFuture<DriverInstance> start(InstanceSpec spec) {
        AppInstanceId id = spec.appInstanceId();
        String what = "app=" + spec.application().appId() + " pop=" + spec.popId() + " instance=" + id + ": start";
        stops.noLongerOwed(id);
        Lives.Doing doing = lives.starting(id);
        return attempt(spec, what)
                .exceptionallyCompose(problem -> imageIsGone(problem) ? again(spec, what) : failed(problem))
                .thenApply(instance -> {
                    lives.changed(instance);
                    return instance;
                })
                .whenComplete((instance, problem) -> lives.ended(id, doing))
                // Events that came before ended() were not told; none is lost, for the engine is asked again.
                .thenCompose(instance -> doing.death().isDone() && instance.state() != InstanceState.EXITED
                        ? howItEnded(instance, what)
                        : CompletableFuture.completedFuture(instance))
                .exceptionallyCompose(problem -> failed(named(what, problem)));
    }

    private CompletableFuture<DriverInstance> attempt(InstanceSpec spec, String what) {
        AtomicBoolean made = new AtomicBoolean();
        return images.of(spec.application().artefact())
                .thenCompose(image -> engine.call(what, client -> run(client, spec, image, made)))
                .exceptionallyCompose(problem -> made.get()
                        ? stops.clearAway(spec.appInstanceId()).thenCompose(done -> failed(problem))
                        : failed(problem));
    }

    /** The image was removed since it was looked at, and nobody has told yet. */
    private CompletableFuture<DriverInstance> again(InstanceSpec spec, String what) {
        images.forget();
        return attempt(spec, what);
    }

    private static boolean imageIsGone(Throwable problem) {
        // From images.of the exception has no engine's answer in it: what it says is final.
        return EngineErrors.unwrap(problem) instanceof DriverException e
                && e.code() == Code.IMAGE_NOT_FOUND
                && e.getCause() instanceof DockerException;
    }

    private DriverInstance run(DockerClient client, InstanceSpec spec, Images.Image image, AtomicBoolean made) {
        AppInstanceId id = spec.appInstanceId();
        Ledger ledger = Ledger.of(spec, Instant.now());
        try {
            made.set(true);
            order.write(client.createContainerCmd(image.id()), spec.application(), ledger, image)
                    .exec();
        } catch (ConflictException e) {
            made.set(false);
            Containers.Seen seen = containers
                    .look(client, id)
                    .orElseThrow(() -> new DriverException(
                            Code.UNSUPPORTED,
                            "the name is taken by a container that is not Nearzero's (remove or rename it)",
                            e));
            if (seen.state() != InstanceState.CREATED) {
                return containers.instance(client, seen);
            }
            made.set(true);
        } catch (DockerException e) {
            // The engine has said no, so there is nothing. Without an answer nobody knows, and made stays true.
            made.set(false);
            throw e;
        }
        try {
            client.startContainerCmd(id.value()).exec();
        } catch (NotModifiedException e) {
            // Runs already, which is what was wanted.
            made.set(true);
        }
        Optional<DriverInstance> started = containers.find(client, id);
        return started.orElseThrow(
                () -> new DriverException(Code.EXITED, "somebody removed it while it was being started"));
    }

    private CompletableFuture<DriverInstance> howItEnded(DriverInstance instance, String what) {
        return engine.call(what, client -> containers.find(client, instance.appInstanceId()))
                .thenApply(found -> {
                    found.ifPresent(lives::changed);
                    return found.orElse(instance);
                });
    }

    private static DriverException named(String what, Throwable problem) {
        Throwable cause = EngineErrors.unwrap(problem);
        if (!(cause instanceof DriverException known)) {
            return new DriverException(Code.INTERNAL, what + ": " + cause, cause);
        }
        return known.getMessage().startsWith("app=")
                ? known
                : new DriverException(known.code(), what + ": " + known.getMessage(), known);
    }

    private static <T> CompletableFuture<T> failed(Throwable problem) {
        return CompletableFuture.failedFuture(EngineErrors.unwrap(problem));
    }
}
