package org.nearzero.drivers.docker.internal;

import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventActor;
import com.github.dockerjava.api.model.EventType;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.PopId;
import org.nearzero.drivers.docker.core.Ledger;

/**
 * What happens to instances, brought to those who want to know it in the order in which it happened: the engine's events, and
 * what the driver itself does. Thread-safe; {@link #event} never blocks.
 */
final class Lives {
    /** Something that the driver does to an instance right now, and what it hears meanwhile. */
    static final class Doing {
        private final boolean start;
        private final CompletableFuture<Void> death = new CompletableFuture<>();

        private Doing(boolean start) {
            this.start = start;
        }

        /** Done as soon as the instance's process is known to have ended. */
        CompletableFuture<Void> death() {
            return death;
        }
    }

    private final Engine engine;
    private final Containers containers;
    private final Images images;
    private final Listeners listeners;
    private final Map<AppInstanceId, Doing> doings = new ConcurrentHashMap<>();
    private final Sequence<AppInstanceId> tidings = new Sequence<>();

    Lives(Engine engine, Containers containers, Images images, Listeners listeners) {
        this.engine = engine;
        this.containers = containers;
        this.images = images;
        this.listeners = listeners;
    }

    /** The driver begins to start an instance; what the engine says of that is the driver's to tell until {@link #ended}. */
    Doing starting(AppInstanceId id) {
        return begun(id, new Doing(true));
    }

    /** The driver begins to stop an instance. */
    Doing stopping(AppInstanceId id) {
        return begun(id, new Doing(false));
    }

    private Doing begun(AppInstanceId id, Doing doing) {
        doings.put(id, doing);
        return doing;
    }

    void ended(AppInstanceId id, Doing doing) {
        doings.remove(id, doing);
    }

    /** Tells of a change once everything before it has been told. */
    void changed(DriverInstance instance) {
        tell(instance.appInstanceId(), () -> listeners.changed(instance));
    }

    /** Tells of a removal once everything before it has been told. */
    void removed(PopId pop, AppInstanceId id) {
        tell(id, () -> listeners.removed(pop, id));
    }

    private void tell(AppInstanceId id, Runnable what) {
        tidings.then(id, () -> {
            what.run();
            return CompletableFuture.completedFuture(null);
        });
    }

    /** Takes in an event of the engine's. */
    void event(Event event) {
        EventActor actor = event.getActor();
        if (event.getType() == EventType.IMAGE) {
            images.forget();
        } else if (event.getType() == EventType.CONTAINER && actor != null && actor.getAttributes() != null) {
            Ledger.read(actor.getAttributes()).ifPresent(ledger -> event(event.getAction(), actor, ledger));
        }
    }

    private void event(String action, EventActor actor, Ledger ledger) {
        Doing doing = doings.get(ledger.appInstanceId());
        boolean starting = doing != null && doing.start;
        boolean stopping = doing != null && !doing.start;
        switch (action) {
            case "oom" -> containers.ranOutOfMemory(actor.getId());
            case "die" -> {
                String exit = "exit code " + actor.getAttributes().getOrDefault("exitCode", "unknown");
                if (doing != null) {
                    doing.death.complete(null);
                }
                if (stopping) {
                    changed(ledger.in(InstanceState.EXITED, Optional.empty(), "stopped on request, " + exit));
                } else if (!starting) {
                    // If it is removed before it can be looked at, its exit code is all that is left to tell.
                    lookAndTell(ledger, () -> Optional.of(ledger.in(InstanceState.EXITED, Optional.empty(), exit)));
                }
            }
            case "start", "pause", "unpause" -> {
                if (!starting) {
                    lookAndTell(ledger, Optional::empty);
                }
            }
            case "destroy" -> {
                containers.gone(actor.getId());
                if (doing != null) {
                    doing.death.complete(null);
                }
                if (!stopping) {
                    removed(ledger.popId(), ledger.appInstanceId());
                }
            }
            default -> {}
        }
    }

    /** Tells how an instance is, not how the event says it was: events may be late. */
    private void lookAndTell(Ledger ledger, Supplier<Optional<DriverInstance>> ifGone) {
        AppInstanceId id = ledger.appInstanceId();
        if (listeners.hear(ledger.popId())) {
            tidings.then(id, () -> engine.call("instance=" + id + ": inspect", client -> containers.find(client, id))
                    .thenAccept(found -> found.or(ifGone).ifPresent(listeners::changed)));
        }
    }
}
