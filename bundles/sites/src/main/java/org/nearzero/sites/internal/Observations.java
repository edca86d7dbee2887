package org.nearzero.sites.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import org.nearzero.api.ingress.ConnectionEvent;
import org.nearzero.api.ingress.ConnectionListener;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.DemandListener;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.Orchestrator;
import org.nearzero.api.orchestrator.StatusListener;
import org.nearzero.sites.core.SiteEvent;

/**
 * How applications do here, told to the site: looked at when something says that it has changed, every 100 ms at most, and each second
 * while there are connections. Nothing ticks for an application that nobody uses.
 */
final class Observations implements ConnectionListener, DemandListener, StatusListener {
    private static final Duration PACE = Duration.ofMillis(100);
    private static final Duration WHILE_USED = Duration.ofSeconds(1);

    private final SiteLoop loop;
    private final Orchestrator orchestrator;
    private final Ingress ingress;
    private final Function<AppId, String> refused;
    private final Predicate<AppId> plays;
    private final Set<AppId> changed = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final Set<AppId> used = ConcurrentHashMap.newKeySet();
    private volatile long lastLook = System.nanoTime() - PACE.toNanos();

    /**
     * @param refused why the orchestrator does not take what is wanted of an application; empty: it does
     * @param plays whether it has the application in the part that is wanted
     */
    Observations(
            SiteLoop loop,
            Orchestrator orchestrator,
            Ingress ingress,
            Function<AppId, String> refused,
            Predicate<AppId> plays) {
        this.loop = loop;
        this.orchestrator = orchestrator;
        this.ingress = ingress;
        this.refused = refused;
        this.plays = plays;
    }

    /** Something of an application may have changed. Any thread; does not block. */
    void mark(AppId appId) {
        changed.add(appId);
        if (looking.compareAndSet(false, true)) {
            long wait = PACE.toNanos() - (System.nanoTime() - lastLook);
            if (wait > 0) {
                loop.later(Duration.ofNanos(wait), this::look);
            } else {
                loop.execute(this::look);
            }
        }
    }

    @Override
    public void onEvents(List<ConnectionEvent> events, long lost) {
        events.stream().map(ConnectionEvent::appId).distinct().forEach(this::mark);
    }

    @Override
    public void demandChanged(AppId appId) {
        mark(appId);
    }

    @Override
    public void suspected(AppId appId, AppInstanceId instance, String reason) {
        // The orchestrator's business: it shows in the status if anything comes of it.
    }

    @Override
    public void changed(ApplicationStatus status) {
        mark(status.application().appId());
    }

    private void look() {
        lastLook = System.nanoTime();
        looking.set(false); // before looking: what changes from now on is looked at again
        for (AppId appId : changed) {
            changed.remove(appId);
            SiteEvent.Observed observed = observe(appId);
            loop.on(observed);
            if (observed.connections() + observed.relayed() > 0 && used.add(appId)) {
                loop.later(WHILE_USED, () -> {
                    used.remove(appId);
                    mark(appId);
                });
            }
        }
    }

    private SiteEvent.Observed observe(AppId appId) {
        Demand demand = ingress.peek(appId);
        Optional<ApplicationStatus> status = orchestrator.status(appId);
        // Instances that drain under the part played before are no sign that the new one is.
        Optional<ApplicationStatus> counted = status.filter(now -> plays.test(appId));
        return new SiteEvent.Observed(
                appId,
                demand.sessions(),
                demand.devices(),
                demand.connections(),
                demand.relayed(),
                count(counted, AppInstanceStatus.READY),
                count(counted, AppInstanceStatus.INSTANTIATING),
                condition(appId, status));
    }

    private String condition(AppId appId, Optional<ApplicationStatus> status) {
        String why = refused.apply(appId);
        if (!why.isEmpty()) {
            return why;
        }
        return status.filter(now -> now.state() == ApplicationStatus.State.FAILING)
                .map(now -> now.condition().isEmpty() ? "no instance can be started" : now.condition())
                .orElse("");
    }

    private static int count(Optional<ApplicationStatus> status, AppInstanceStatus wanted) {
        return (int) status.stream()
                .flatMap(now -> now.instances().stream())
                .filter(instance -> instance.status() == wanted)
                .count();
    }
}
