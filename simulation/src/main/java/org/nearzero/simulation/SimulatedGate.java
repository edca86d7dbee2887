package org.nearzero.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Peak;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.ingress.Routes.Admission;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.api.model.AppInstanceId;

/** What the ingress of a site does for one application, played: admits, parks, relays, counts. */
final class SimulatedGate {
    private final World world;
    private final SimulatedApplication owner;
    private final Map<AppInstanceId, Set<Connection>> inFlight = new LinkedHashMap<>();
    private final Deque<Connection> waiting = new ArrayDeque<>();
    private final Set<Connection> relayed = new LinkedHashSet<>();
    private final Map<String, Integer> open = new HashMap<>();
    private final Map<String, Long> idleSince = new HashMap<>();
    private final Set<AppInstanceId> retired = new LinkedHashSet<>();
    private Routes routes;
    private boolean closed;
    private int peak;
    private long servedSince;

    SimulatedGate(World world, SimulatedApplication owner) {
        this.world = world;
        this.owner = owner;
    }

    Routes routes() {
        return routes;
    }

    // ---- the orchestrator's side

    void route(Routes next) {
        if (routes != null && next.revision() < routes.revision()) {
            throw world.laws.broken("an older revision of routes was given: " + next.revision());
        }
        boolean elsewhere = routes == null || routes.otherwise() instanceof Routes.Relay;
        routes = next;
        if (elsewhere && !(routes.otherwise() instanceof Routes.Relay)) {
            servedSince = world.time.nanos();
        }
        serveWaiting();
    }

    /** Since when new connections have been served here, and not relayed. */
    long servedSince() {
        return servedSince;
    }

    void withdraw() {
        closed = true;
        List.copyOf(waiting).forEach(c -> fail(c, "withdrawn"));
    }

    boolean retire(AppInstanceId instance) {
        if (load(instance) > 0) {
            return false;
        }
        retired.add(instance);
        return true;
    }

    int load(AppInstanceId instance) {
        return inFlight.getOrDefault(instance, Set.of()).size();
    }

    void breakRelayed() {
        List.copyOf(relayed).forEach(c -> fail(c, "broken at the drain limit"));
    }

    /** What runs on an instance is broken, since that is gone. */
    void cut(AppInstanceId instance, String why) {
        List.copyOf(inFlight.getOrDefault(instance, Set.of())).forEach(c -> fail(c, why));
        inFlight.remove(instance);
    }

    Demand demand() {
        expireSessions();
        Map<AppInstanceId, Integer> per = new LinkedHashMap<>();
        inFlight.forEach((id, set) -> {
            if (!set.isEmpty()) {
                per.put(id, set.size());
            }
        });
        int carried = per.values().stream().mapToInt(Integer::intValue).sum();
        int now = carried + waiting.size();
        List<Peak> recent = new ArrayList<>();
        if (peak > now) {
            recent.add(new Peak(peak, world.now()));
        }
        recent.add(new Peak(now, world.now()));
        peak = now;
        return new Demand(
                owner.appId(), carried, waiting.size(), 0, relayed.size(), sessions(), open.size(), per, recent);
    }

    int sessions() {
        return open.size() + idleSince.size();
    }

    int relayedCount() {
        return relayed.size();
    }

    int carried() {
        return inFlight.values().stream().mapToInt(Set::size).sum() + waiting.size();
    }

    boolean isIdle() {
        return carried() == 0 && relayed.isEmpty();
    }

    // ---- the users' side

    /** A connection of a user's who is at this site. */
    void arrive(Connection connection) {
        idleSince.remove(connection.user.device());
        open.merge(connection.user.device(), 1, Integer::sum);
        connection.at = owner;
        admit(connection);
        owner.demandChanged();
    }

    private void admit(Connection connection) {
        if (closed || routes == null) {
            fail(connection, "not routed");
        } else if (!tryServe(connection)) {
            if (routes.otherwise() instanceof Routes.Relay relay
                    && openTargets().isEmpty()) {
                relay(connection, relay);
            } else if (routes.otherwise() instanceof Routes.Refuse refuse
                    && world.now().isBefore(refuse.retryAt())) {
                fail(connection, "refused: " + refuse.reason());
            } else {
                park(connection);
            }
        }
    }

    private void relay(Connection connection, Routes.Relay relay) {
        if (connection.at != connection.entry) {
            fail(connection, "relayed in a circle");
            return;
        }
        connection.relayed = true;
        relayed.add(connection);
        SimulatedSite homebase = world.site(relay.homebase());
        world.network.carry(
                owner.site().popId(),
                relay.homebase(),
                () -> {
                    if (connection.over) {
                        return;
                    }
                    SimulatedApplication there = homebase.isUp() ? homebase.application(owner.appId()) : null;
                    if (there == null) {
                        fail(connection, "the homebase does not answer");
                    } else {
                        connection.at = there;
                        there.gate().admit(connection);
                        there.demandChanged();
                    }
                },
                () -> fail(connection, "the homebase is not reached"));
    }

    private boolean tryServe(Connection connection) {
        Target best = null;
        for (Target target : openTargets()) {
            int load = load(target.appInstanceId());
            if (load < routes.maxConnectionsPerInstance() && (best == null || load < load(best.appInstanceId()))) {
                best = target;
            }
        }
        if (best == null) {
            return false;
        }
        AppInstanceId instance = best.appInstanceId();
        connection.on = instance;
        inFlight.computeIfAbsent(instance, id -> new LinkedHashSet<>()).add(connection);
        peak = Math.max(peak, carried());
        world.laws.admitted(owner, instance, load(instance), routes.maxConnectionsPerInstance());
        if (!owner.site().engine().listens(instance)) {
            fail(connection, "the instance does not accept");
            owner.suspected(instance);
            return true;
        }
        world.time.afterNanos(connection.lastsNanos, () -> {
            if (!connection.over) {
                end(connection, "");
            }
        });
        return true;
    }

    private List<Target> openTargets() {
        List<Target> targets = new ArrayList<>();
        for (Target target : routes.targets()) {
            if (target.admission() == Admission.OPEN && !retired.contains(target.appInstanceId())) {
                targets.add(target);
            }
        }
        return targets;
    }

    private void park(Connection connection) {
        connection.waitingSince = world.time.nanos();
        waiting.add(connection);
        peak = Math.max(peak, carried());
        Duration deadline = routes.queue().deadline();
        world.time.after(deadline, () -> {
            if (waiting.contains(connection) && world.time.nanos() - connection.waitingSince >= deadline.toNanos()) {
                fail(connection, "waited too long");
                owner.demandChanged();
            }
        });
    }

    private void serveWaiting() {
        List<Connection> line = List.copyOf(waiting);
        waiting.clear();
        line.forEach(this::admit);
        if (!line.isEmpty()) {
            owner.demandChanged();
        }
    }

    /** A slot has become free: whoever waits longest has it. */
    private void serveNext() {
        Connection next = closed ? null : waiting.peek();
        if (next != null && tryServe(next)) {
            waiting.remove(next);
        }
    }

    private void end(Connection connection, String why) {
        connection.over = true;
        connection.at.gate().forget(connection);
        connection.entry.gate().forget(connection);
        connection.entry.gate().leave(connection.user.device());
        connection.at.gate().serveNext();
        connection.at.demandChanged();
        connection.entry.demandChanged();
        connection.user.ended(connection, why);
    }

    private void fail(Connection connection, String why) {
        if (!connection.over) {
            end(connection, why);
        }
    }

    /** The site has died: all that it carried is broken, and nobody is told. */
    void die() {
        closed = true;
        List<Connection> all = new ArrayList<>(waiting);
        inFlight.values().forEach(all::addAll);
        all.addAll(relayed);
        all.forEach(c -> fail(c, "the site died"));
    }

    private void forget(Connection connection) {
        waiting.remove(connection);
        relayed.remove(connection);
        if (connection.on != null) {
            inFlight.getOrDefault(connection.on, new LinkedHashSet<>()).remove(connection);
        }
    }

    private void leave(String device) {
        if (open.merge(device, -1, Integer::sum) <= 0) {
            open.remove(device);
            idleSince.put(device, world.time.nanos());
            world.time.after(routesIdle(), owner::demandChanged);
        }
    }

    private Duration routesIdle() {
        return owner.application().policy().sessionIdleTimeout();
    }

    private void expireSessions() {
        long limit = routesIdle().toNanos();
        idleSince.values().removeIf(since -> world.time.nanos() - since >= limit);
    }
}
