package org.nearzero.ingress.internal;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.nearzero.api.ingress.ConnectionEvent.Kind;
import org.nearzero.api.ingress.ConnectionListener;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.DemandListener;
import org.nearzero.api.ingress.DeviceIdentifier;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.ingress.Routes.Relay;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.Subscription;
import org.nearzero.api.sites.PeerSecurity;
import org.nearzero.api.sites.PeerService;
import org.nearzero.ingress.core.Gate;
import org.nearzero.ingress.core.Instance;
import org.nearzero.ingress.core.RouteIndex;
import org.nearzero.ingress.core.Surroundings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.Xnio;

/**
 * The ingress of a point of presence on Undertow: takes the routes of applications, listens, and proxies. Routes may be given
 * before {@link #start}. Thread-safe.
 */
public final class UndertowIngress implements Ingress, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UndertowIngress.class);

    private final ConcurrentHashMap<AppId, Gate> gates = new ConcurrentHashMap<>();
    private final List<DemandListener> watchers = new CopyOnWriteArrayList<>();
    private final Queue<AppId> untold = new ConcurrentLinkedQueue<>();
    private final Devices devices = new Devices();
    private final Peers peers = new Peers();
    private final IngressSettings settings;
    private final Alarms alarms = new Alarms();
    private final Events events;
    private final Listener listener;
    private final Surroundings surroundings;

    // The index and who claims what in it: written under this, the index read without.
    private volatile RouteIndex<Gate> index = RouteIndex.empty();
    private final ConcurrentHashMap<AppId, List<RouteMatch>> claims = new ConcurrentHashMap<>();

    /** With the XNIO provider that the class path offers. */
    public UndertowIngress(IngressSettings settings, Clock clock) {
        this(settings, clock, Optional.empty());
    }

    /** @param xnio the provider to use; in an OSGi framework there is no class path to find one on */
    public UndertowIngress(IngressSettings settings, Clock clock, Optional<Xnio> xnio) {
        requireNonNull(clock, "clock");
        this.settings = requireNonNull(settings, "settings");
        events = new Events(clock);
        surroundings = new Outside(clock);
        listener = new Listener(settings, xnio, this::find, devices, new Told(), peers);
    }

    /**
     * Listens from now on.
     *
     * @throws IllegalStateException if it cannot, saying on which address, why, and what to do
     */
    public void start() {
        listener.start();
        Endpoint at = listener.endpoint();
        LOG.info("ingress listens host={} port={}", at.host(), at.port());
    }

    /** Proves to other sites who this one is from now on: opens the door for them, if there is to be one. */
    public void addPeerSecurity(PeerSecurity security) {
        synchronized (peers) {
            peers.security(requireNonNull(security, "security"));
            openPeerDoor();
        }
    }

    /** Does so no more, unless another has taken its place. */
    public void removePeerSecurity(PeerSecurity security) {
        synchronized (peers) {
            if (peers.security() == security) {
                peers.security(null);
                listener.peers().securityChanged();
            }
        }
    }

    /** Whoever gave the certificate cannot do anything about an address that is taken; the operator reads the log. */
    private void openPeerDoor() {
        try {
            listener.peers().securityChanged();
        } catch (IllegalStateException e) {
            LOG.error("{}", e.getMessage(), e);
        }
    }

    /** Answers what other sites ask from now on. */
    public void addPeerService(PeerService service) {
        synchronized (peers) {
            peers.service(requireNonNull(service, "service"));
        }
    }

    /** Does so no more, unless another has taken its place. */
    public void removePeerService(PeerService service) {
        synchronized (peers) {
            if (peers.service() == service) {
                peers.service(null);
            }
        }
    }

    /** Adds one that tells devices apart. @param ranking the highest is asked first */
    public void addIdentifier(DeviceIdentifier identifier, int ranking) {
        devices.add(requireNonNull(identifier, "identifier"), ranking);
    }

    /** Asks it no more. */
    public void removeIdentifier(DeviceIdentifier identifier) {
        devices.remove(identifier);
    }

    /** Tells connection events from now on. */
    public void addListener(ConnectionListener connectionListener) {
        events.add(requireNonNull(connectionListener, "connectionListener"));
    }

    /** Tells no more. */
    public void removeListener(ConnectionListener connectionListener) {
        events.remove(connectionListener);
    }

    @Override
    public void route(Routes routes) {
        synchronized (this) {
            Gate gate = gates.computeIfAbsent(routes.appId(), app -> new Gate(app, surroundings));
            if (gate.route(routes)) {
                claim(gate, routes.matches());
            }
        }
        tellUntold();
    }

    @Override
    public void withdraw(AppId app, String reason) {
        synchronized (this) {
            Gate gate = gates.get(app);
            if (gate != null) {
                claim(gate, List.of());
                claims.remove(app);
                gate.withdraw(requireNonNull(reason, "reason"));
            }
            // Gates that still carried connections when they were withdrawn go with the next one.
            gates.values().removeIf(Gate::isForgettable);
        }
        tellUntold();
    }

    @Override
    public Demand demand(AppId app) {
        Gate gate = gates.get(app);
        return gate == null ? Demand.none(app) : gate.demand();
    }

    @Override
    public Demand peek(AppId app) {
        Gate gate = gates.get(app);
        return gate == null ? Demand.none(app) : gate.peek();
    }

    @Override
    public boolean retire(AppId app, AppInstanceId instance) {
        synchronized (this) {
            // A gate is made even for an unknown application: a route that comes late must not open the instance again.
            return gates.computeIfAbsent(app, unknown -> new Gate(unknown, surroundings))
                    .retire(instance);
        }
    }

    @Override
    public void breakRelayed(AppId app) {
        Gate gate = gates.get(app);
        if (gate != null) {
            gate.breakRelayed();
        }
    }

    @Override
    public Subscription watch(DemandListener watcher) {
        watchers.add(requireNonNull(watcher, "watcher"));
        return () -> watchers.remove(watcher);
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(listener.endpoint());
    }

    @Override
    public Optional<Endpoint> peerDoor() {
        return listener.peers().endpoint();
    }

    /** Accepts no more, lets what is in flight end within the drain time, then breaks the rest. */
    @Override
    public void close() {
        listener.close(() -> gates.values().forEach(gate -> gate.withdraw("the ingress is closing")));
        alarms.close();
        events.close();
    }

    private Gate find(String hostName, String path) {
        return index.find(hostName, path);
    }

    /** Changes what a gate claims in one swap of the index. Called under this. */
    private void claim(Gate gate, List<RouteMatch> matches) {
        List<RouteMatch> before = claims.getOrDefault(gate.app(), List.of());
        if (before.equals(matches)) {
            return;
        }
        RouteIndex<Gate> next = index;
        for (RouteMatch match : before) {
            next = matches.contains(match) ? next : next.without(match, gate);
        }
        for (RouteMatch match : Set.copyOf(matches)) {
            next = next.with(match, gate);
        }
        claims.put(gate.app(), matches);
        index = next;
    }

    /** Tells what happened while this was locked: nobody else's code runs under the lock. */
    private void tellUntold() {
        for (AppId app = untold.poll(); app != null; app = untold.poll()) {
            tellDemandChanged(app);
        }
    }

    private void tellDemandChanged(AppId app) {
        tell(watcher -> watcher.demandChanged(app));
    }

    private void tell(Consumer<DemandListener> what) {
        for (DemandListener watcher : watchers) {
            try {
                what.accept(watcher);
            } catch (RuntimeException e) {
                LOG.warn("demand listener failed listener={}", watcher, e);
            }
        }
    }

    private final class Told implements Door.Suspicion {
        @Override
        public void suspected(AppId app, AppInstanceId instance, String reason) {
            tell(watcher -> watcher.suspected(app, instance, reason));
        }

        @Override
        public void relayFailed(AppId app, PopId homebase, String reason) {
            tell(watcher -> watcher.relayFailed(app, homebase, reason));
        }
    }

    private final class Outside implements Surroundings {
        private final Clock clock;

        private Outside(Clock clock) {
            this.clock = clock;
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public Instant now() {
            return clock.instant();
        }

        @Override
        public Instance instance(AppId app, Target target, int limit) {
            return new Backend(target, limit, listener.loops());
        }

        @Override
        public Instance relay(AppId app, Relay relay) {
            return new Backend(relay, listener.loops());
        }

        @Override
        public int maxRelayed() {
            return settings.peering().maxRelayed();
        }

        @Override
        public void demandChanged(AppId app) {
            if (Thread.holdsLock(UndertowIngress.this)) {
                untold.add(app);
            } else {
                tellDemandChanged(app);
            }
        }

        @Override
        public void happened(Kind kind, AppId app, String device, Instance instance, long nanos) {
            events.happened(kind, app, device, instance, nanos);
        }

        @Override
        public void wakeAt(Gate gate, long nanos) {
            alarms.set(gate, nanos);
        }
    }
}
