package org.nearzero.drivers.docker.internal;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppInstanceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops instances: SIGTERM, the end or the grace, removal by force. No thread waits for the grace: the engine's event of the
 * end does, or the timer.
 */
final class Stops {
    private static final Logger LOG = LoggerFactory.getLogger(Stops.class);
    private static final Duration REMOVAL_PAUSE = Duration.ofMillis(50);
    private static final int REMOVAL_ATTEMPTS = 200;

    private final Engine engine;
    private final Containers containers;
    private final Lives lives;
    private final BooleanSupplier eventsAreHeard;
    /** Containers of failed starts that could not be removed, because the engine was gone. */
    private final Set<AppInstanceId> owed = ConcurrentHashMap.newKeySet();

    Stops(Engine engine, Containers containers, Lives lives, BooleanSupplier eventsAreHeard) {
        this.engine = engine;
        this.containers = containers;
        this.lives = lives;
        this.eventsAreHeard = eventsAreHeard;
    }

    /** One stop; none other of the same instance may be under way. */
    CompletableFuture<Void> stop(AppInstanceId id, Duration grace) {
        String what = "instance=" + id + ": stop";
        Lives.Doing doing = lives.stopping(id);
        return engine.call(what, client -> signal(client, id, grace))
                .thenCompose(seen -> {
                    if (seen.isEmpty()) {
                        return CompletableFuture.<Void>completedFuture(null);
                    }
                    CompletableFuture<Void> ended = mayEnd(seen.get(), grace)
                            ? awaitEnd(id, doing, grace)
                            : CompletableFuture.completedFuture(null);
                    return ended.thenCompose(done -> remove(what, id, REMOVAL_ATTEMPTS))
                            .thenRun(() -> lives.removed(seen.get().ledger().popId(), id));
                })
                .whenComplete((done, problem) -> lives.ended(id, doing));
    }

    private static boolean mayEnd(Containers.Seen seen, Duration grace) {
        boolean alive = seen.state() != InstanceState.EXITED && seen.state() != InstanceState.CREATED;
        return alive && grace.compareTo(Duration.ZERO) > 0;
    }

    /** Asks it to end. @return as it was before; nothing if there is no such container of ours */
    private Optional<Containers.Seen> signal(DockerClient client, AppInstanceId id, Duration grace) {
        Optional<Containers.Seen> seen = containers.look(client, id);
        if (seen.isPresent() && mayEnd(seen.get(), grace)) {
            try {
                if (seen.get().state() == InstanceState.PAUSED) {
                    client.unpauseContainerCmd(id.value()).exec();
                }
                client.killContainerCmd(id.value()).withSignal("SIGTERM").exec();
            } catch (NotFoundException | ConflictException e) {
                // It ended on its own in this very moment; the removal will see.
                LOG.debug("instance={} ended before it could be asked to", id, e);
                return Optional.of(new Containers.Seen(
                        seen.get().ledger(), InstanceState.EXITED, seen.get().answer()));
            }
        }
        return seen;
    }

    private CompletableFuture<Void> awaitEnd(AppInstanceId id, Lives.Doing doing, Duration grace) {
        if (!eventsAreHeard.getAsBoolean()) {
            // Nobody will tell: the engine has to wait for us, at the price of a thread.
            int seconds =
                    (int) Math.min(Integer.MAX_VALUE, grace.plusMillis(999).toSeconds());
            return engine.call("instance=" + id + ": stop", client -> {
                try {
                    client.stopContainerCmd(id.value()).withTimeout(seconds).exec();
                } catch (NotFoundException | NotModifiedException e) {
                    LOG.debug("instance={} has ended", id, e);
                }
                return null;
            });
        }
        var limit = engine.after(grace, () -> doing.death().complete(null));
        return doing.death().whenComplete((done, problem) -> limit.cancel(false));
    }

    private CompletableFuture<Void> remove(String what, AppInstanceId id, int attempts) {
        return engine.call(what, client -> removed(client, id)).thenCompose(done -> {
            if (done) {
                return CompletableFuture.<Void>completedFuture(null);
            }
            if (attempts == 0) {
                return CompletableFuture.failedFuture(new DriverException(
                        Code.INTERNAL, what + ": the engine does not come to an end with removing it"));
            }
            CompletableFuture<Void> later = new CompletableFuture<>();
            engine.after(REMOVAL_PAUSE, () -> later.complete(null));
            return later.thenCompose(waited -> remove(what, id, attempts - 1));
        });
    }

    /** @return false if somebody else is removing it, so that it is still there */
    private static boolean removed(DockerClient client, AppInstanceId id) {
        try {
            client.removeContainerCmd(id.value())
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
            return true;
        } catch (NotFoundException e) {
            return true;
        } catch (ConflictException e) {
            return false;
        } catch (DockerException e) {
            if (EngineErrors.words(e).contains("is already in progress")) {
                return false;
            }
            throw e;
        }
    }

    /** Removes what a failed start may have left; never fails: what cannot be removed now is removed when the engine is back. */
    CompletableFuture<Void> clearAway(AppInstanceId id) {
        return remove("instance=" + id + ": clear away", id, REMOVAL_ATTEMPTS).exceptionally(problem -> {
            owed.add(id);
            LOG.debug("instance={} is removed when the engine is back", id, problem);
            return null;
        });
    }

    /** It is being started anew: what the earlier start left is no rubbish any more. */
    void noLongerOwed(AppInstanceId id) {
        owed.remove(id);
    }

    /** What could not be removed. */
    Set<AppInstanceId> owed() {
        return Set.copyOf(owed);
    }

    /** Removes what is still owed. */
    CompletableFuture<Void> settle(AppInstanceId id) {
        return owed.remove(id) ? clearAway(id) : CompletableFuture.completedFuture(null);
    }
}
