package org.nearzero.sites.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.sites.core.Given.NOON;
import static org.nearzero.sites.core.Given.SHOP;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Deployment;

/** A few sites in virtual time, on a network that loses, repeats and delays; checks what must hold at each step. */
final class Network {
    /** One site besides the homebase may serve. */
    static final MigrationPolicy POLICY = Given.policy(1, MigrationPolicy.OnHomebaseLost.KEEP);

    final List<Host> hosts = new ArrayList<>();
    private final Random random;
    private final PriorityQueue<Flight> flights = new PriorityQueue<>();
    private final Set<Set<PopId>> cuts = new HashSet<>();
    private long flightNumber;
    private boolean quiet;
    private Instant now = NOON;

    /** Whether only sessions have moved it: then the laws that an operator or a developer may break by his word are checked as well. */
    boolean bySessionsAlone = true;

    private record Flight(Instant at, long number, PopId to, SyncMessage message, boolean request)
            implements Comparable<Flight> {
        @Override
        public int compareTo(Flight other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    Network(int sites, long seed) {
        random = new Random(seed);
        for (int i = 1; i <= sites; i++) {
            hosts.add(new Host(this, i));
        }
        hosts.forEach(Host::start);
        // They find each other by the doors in their configuration.
        hosts.forEach(a -> hosts.forEach(b -> a.execute(a.site.received(b.site.greeting(), now))));
    }

    Instant now() {
        return now;
    }

    Host host(PopId pop) {
        return hosts.stream().filter(h -> h.pop.equals(pop)).findFirst().orElseThrow();
    }

    void cut(int a, int b, boolean cut) {
        Set<PopId> link = Set.of(hosts.get(a).pop, Given.pop(b + 1));
        if (cut) {
            cuts.add(link);
        } else {
            cuts.remove(link);
        }
    }

    /** From now on everything works, and everything arrives. */
    void calm() {
        quiet = true;
        cuts.clear();
        hosts.forEach(host -> {
            host.broken = false;
            if (host.site == null) {
                host.start();
            }
            host.crashAfter = Integer.MAX_VALUE;
            host.observe();
        });
    }

    void send(Host from, PopId to, boolean request) {
        SyncMessage message = from.site.messageFor(to, now);
        from.checkWritten(message);
        if (cuts.contains(Set.of(from.pop, to)) || !quiet && random.nextInt(10) == 0) {
            return;
        }
        fly(to, message, request);
        if (!quiet && random.nextInt(10) == 0) {
            fly(to, message, request);
        }
    }

    private void fly(PopId to, SyncMessage message, boolean request) {
        boolean late = !quiet && random.nextInt(10) == 0;
        Duration delay = Duration.ofMillis(late ? random.nextInt(20_000) : 5 + random.nextInt(200));
        flights.add(new Flight(now.plus(delay), flightNumber++, to, message, request));
    }

    void pass(Duration time) {
        Instant end = now.plus(time);
        for (int steps = 0; ; steps++) {
            assertTrue(steps < 200_000, "it never comes to rest");
            Instant next = flights.isEmpty() ? Times.FOREVER : flights.peek().at();
            for (Host host : hosts) {
                next = Times.earlier(next, host.wakeAt());
            }
            if (next.isAfter(end)) {
                now = end;
                return;
            }
            now = Times.latest(now, next);
            if (!flights.isEmpty() && Times.reached(flights.peek().at(), now)) {
                deliver(flights.remove());
            }
            hosts.forEach(Host::wake);
            check();
        }
    }

    private void deliver(Flight flight) {
        Host host = host(flight.to());
        if (host.site == null) {
            return;
        }
        host.execute(host.site.received(flight.message(), now));
        if (flight.request() && host.site != null) {
            send(host, flight.message().from(), false);
        }
    }

    private void check() {
        hosts.forEach(Host::checkEpoch);
        long serving = hosts.stream()
                .filter(host -> host.placement instanceof Placement.Serve)
                .count();
        assertTrue(!bySessionsAlone || serving <= POLICY.maxServingPops(), serving + " serve at " + now);
    }

    /** Whether all hold what the homebase last said. */
    boolean converged() {
        List<Optional<PopId>> owners = hosts.stream()
                .map(host -> host.site.homebaseOf(SHOP))
                .distinct()
                .toList();
        if (owners.size() != 1) {
            return false;
        }
        if (owners.get(0).isEmpty()) {
            return hosts.stream().allMatch(host -> host.placement == null);
        }
        Host home = host(owners.get(0).get());
        Deployment truth = home.site.deployment(SHOP).orElseThrow();
        return home.placement instanceof Placement.Homebase
                && hosts.stream().filter(host -> host != home).allMatch(host -> agrees(host, truth));
    }

    private boolean agrees(Host host, Deployment truth) {
        Deployment here = host.site.deployment(SHOP).orElseThrow();
        Assignment held = here.assignments().get(0);
        Optional<Assignment> said = truth.assignments().stream()
                .filter(a -> a.popId().equals(host.pop))
                .findFirst();
        boolean serves = held.role() == Assignment.Role.SERVE;
        return here.application().equals(truth.application())
                && said.map(a -> sameButReason(held, a)).orElse(!serves)
                && serves == (host.placement instanceof Placement.Serve)
                && !(host.placement instanceof Placement.Homebase);
    }

    /** The reason aside: only the homebase knows who waits for a place. */
    private static boolean sameButReason(Assignment held, Assignment said) {
        return held.epoch() == said.epoch() && held.role() == said.role();
    }

    /** Nobody serves without need, and somebody does where there is need. */
    void checkOutcome() {
        Optional<PopId> owner = hosts.get(0).site.homebaseOf(SHOP);
        if (owner.isEmpty()) {
            return;
        }
        List<Host> edges =
                hosts.stream().filter(h -> !h.pop.equals(owner.get())).toList();
        long serving = edges.stream()
                .filter(h -> h.placement instanceof Placement.Serve)
                .count();
        boolean open = bySessionsAlone || hosts.stream().allMatch(Host::openToAll);
        if (open && edges.stream().anyMatch(h -> h.sessions >= POLICY.sessionThreshold())) {
            assertEquals(1, serving, "somebody is to serve");
        }
        if (edges.stream().allMatch(h -> h.sessions <= POLICY.returnThreshold())) {
            assertEquals(0, serving, "nobody is to serve");
        }
        host(owner.get())
                .site
                .deployment(SHOP)
                .orElseThrow()
                .migrations()
                .forEach(migration -> assertTrue(migration.state().over(), "still under way: " + migration));
        assertFalse(flights.size() > 1000, "messages without end");
    }

    Application version(int number) {
        return Given.application("v" + number, Optional.of(POLICY));
    }
}
