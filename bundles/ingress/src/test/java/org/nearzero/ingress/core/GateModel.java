package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.ingress.core.Given.id;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Peak;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.ingress.Routes.Admission;
import org.nearzero.api.ingress.Routes.Otherwise;
import org.nearzero.api.ingress.Routes.Relay;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.QueuePolicy;

/**
 * A gate, and beside it what it should do, in plain lists and maps. Which instance a connection is admitted to is the gate's
 * choice: the model follows it, and checks that it had room.
 */
final class GateModel {
    private static final int MAX_RELAYED = 3;

    final World world = new World(MAX_RELAYED);
    final Gate gate = new Gate(Given.APP, world);

    private final List<Caller> line = new ArrayList<>();
    private final List<Caller> admitted = new ArrayList<>();
    private final List<Caller> relayed = new ArrayList<>();
    private final Map<Caller, Instant> arrivedAt = new HashMap<>();
    private final Map<AppInstanceId, Integer> taken = new HashMap<>();
    private final Set<AppInstanceId> retired = new HashSet<>();
    private final Map<String, Instant> lastLeft = new TreeMap<>();
    private final Set<Caller> everAdmittedLate = new HashSet<>();
    private final Map<Caller, String> refused = new HashMap<>();

    private Set<AppInstanceId> open = Set.of();
    private Relay relay;
    private boolean relayedSinceRead;
    private Routes routes;
    private long revision = 100;
    private int limit = 1;
    private Duration idle = Duration.ZERO;
    private int peak;
    private Instant peakLeft;

    private Demand lastRead;
    private int limitAtRead = 1;
    private int bellsAtRead;

    GateModel() {
        route(0, 1, QueuePolicy.DEFAULT, Duration.ofMillis(60), now -> new Routes.Park(), List.of());
    }

    // ---- what happens

    void arrive(String device, int weight) {
        Caller caller = new Caller(device, weight);
        boolean room = isRelaying() ? relayed.size() < MAX_RELAYED : line.isEmpty() && anyFree();
        String refusal = room ? null : whyRefused(weight);
        lastLeft.put(device, Instant.MAX);
        arrivedAt.put(caller, world.now());
        if (!room || !isRelaying()) {
            peak = Math.max(peak, level() + 1); // one that is refused was there for a moment
        }
        boolean atOnce = gate.arrive(caller, world.nanos());
        assertEquals(room, atOnce);
        if (room && isRelaying()) {
            relay(caller);
        } else if (room) {
            admit(caller);
        } else if (refusal == null) {
            line.add(caller);
        } else {
            refused.put(caller, refusal);
            left(caller, level() + 1);
        }
    }

    void release(int which) {
        if (!admitted.isEmpty()) {
            Caller caller = admitted.get(which % admitted.size());
            AppInstanceId on = caller.instance().id();
            left(caller, level());
            admitted.remove(caller);
            taken.merge(on, -1, Integer::sum);
            assertTrue(gate.release(caller, world.nanos()));
            assertFalse(gate.release(caller, world.nanos()));
            serve();
        }
    }

    void releaseRelayed(int which) {
        if (!relayed.isEmpty()) {
            Caller caller = relayed.remove(which % relayed.size());
            endSession(caller, world.now());
            assertTrue(gate.release(caller, world.nanos()));
            assertFalse(gate.release(caller, world.nanos()));
            serve();
        }
    }

    void moveRelayed(int which) {
        if (!relayed.isEmpty()) {
            Caller caller = relayed.get(which % relayed.size());
            Relay from = caller.instance().relay();
            boolean local = anyFree();
            boolean other = isRelaying() && !relay.equals(from) && relayed.size() < MAX_RELAYED;
            assertEquals(local || other, gate.move(caller, world.nanos()));
            if (local) {
                relayed.remove(caller);
                peak = Math.max(peak, level() + 1);
                admit(caller);
                serve();
            } else if (other) {
                assertEquals(relay, caller.instance().relay());
            }
        }
    }

    void breakRelayed() {
        Map<Caller, Integer> before = new HashMap<>();
        relayed.forEach(caller -> before.put(caller, caller.breaks.get()));
        gate.breakRelayed();
        before.forEach((caller, breaks) -> assertEquals(breaks + 1, caller.breaks.get()));
        admitted.forEach(caller -> assertTrue(caller.isAdmitted()));
    }

    void abandon(int which) {
        if (!line.isEmpty()) {
            Caller caller = line.get(which % line.size());
            left(caller, level());
            line.remove(caller);
            assertTrue(gate.abandon(caller, world.nanos()));
            assertFalse(gate.abandon(caller, world.nanos()));
        }
    }

    void move(int which) {
        if (!admitted.isEmpty()) {
            Caller caller = admitted.get(which % admitted.size());
            AppInstanceId from = caller.instance().id();
            boolean room = open.stream().anyMatch(other -> !other.equals(from) && isFree(other));
            boolean away = isRelaying() && relayed.size() < MAX_RELAYED;
            assertEquals(room || away, gate.move(caller, world.nanos()));
            if (away) {
                levelFalls(level(), world.now());
                admitted.remove(caller);
                taken.merge(from, -1, Integer::sum);
                relay(caller);
                serve();
            } else if (room) {
                assertFalse(from.equals(caller.instance().id()));
                occupy(caller);
                taken.merge(from, -1, Integer::sum);
                serve();
            }
        }
    }

    void route(
            int step,
            int newLimit,
            QueuePolicy queue,
            Duration newIdle,
            Function<Instant, Otherwise> otherwise,
            List<Target> targets) {
        boolean ignored = routes != null && step < 0;
        revision += step;
        Routes next = Given.routes(revision, newLimit, queue, newIdle, otherwise.apply(world.now()), targets);
        assertEquals(!ignored, gate.route(next));
        if (ignored) {
            revision -= step;
            return;
        }
        routes = next;
        relay = next.otherwise() instanceof Relay to ? to : null;
        limit = newLimit;
        idle = newIdle;
        open = new HashSet<>();
        for (Target target : targets) {
            if (target.admission() == Admission.OPEN && !retired.contains(target.appInstanceId())) {
                open.add(target.appInstanceId());
            }
        }
        serve();
        if (isRefusing()) {
            refuseAll("broken");
        }
        pass(Duration.ZERO);
    }

    void withdraw() {
        routes = null;
        relay = null;
        open = Set.of();
        gate.withdraw("deleted");
        refuseAll("deleted");
    }

    void retire(int which) {
        AppInstanceId id = id(which % 4);
        boolean empty = taken.getOrDefault(id, 0) == 0;
        assertEquals(empty, gate.retire(id));
        if (empty) {
            retired.add(id);
            open = new HashSet<>(open);
            open.remove(id);
        }
    }

    void avoid(int which) {
        for (World.Host host : world.hosts) {
            if (id(which % 4).equals(host.id())) {
                host.avoidUntil(world.nanos(), world.nanos() + 100_000_000L);
            }
        }
    }

    /** Deadlines and idle times end at the nanosecond, for the clock stops at each alarm. */
    void pass(Duration time) {
        Instant until = world.now().plus(time);
        world.pass(time);
        while (!line.isEmpty() && !deadlineOf(line.get(0)).isAfter(until)) {
            Caller late = line.get(0);
            Instant at = deadlineOf(late).isBefore(until.minus(time)) ? until.minus(time) : deadlineOf(late);
            left(late, level(), at);
            line.remove(late);
            refused.put(late, "no room within");
        }
        lastLeft.values()
                .removeIf(last -> last != Instant.MAX && !last.plus(idle).isAfter(until));
    }

    void read() {
        int level = level();
        Demand demand = gate.demand();
        Instant until = level == peak ? world.now() : peakLeft;
        assertEquals(peak == 0 ? List.of() : List.of(new Peak(peak, until)), demand.recent());
        peak = level;
        assertDemand(demand);
        lastRead = demand;
        relayedSinceRead = false;
        limitAtRead = limit;
        bellsAtRead = world.bells.get();
    }

    void endAll() {
        withdraw();
        while (!admitted.isEmpty()) {
            release(0);
        }
        while (!relayed.isEmpty()) {
            releaseRelayed(0);
        }
        pass(Duration.ofHours(1));
    }

    // ---- what must hold after it

    void check() {
        line.forEach(caller -> assertTrue(caller.isWaiting(), caller + " waits"));
        admitted.forEach(caller -> assertTrue(caller.isAdmitted(), caller + " is admitted"));
        refused.forEach((caller, reason) -> {
            assertEquals(1, caller.refusals.get());
            assertEquals(0, caller.admissions.get());
            assertTrue(caller.refusal.reason().startsWith(reason), caller.refusal.reason());
        });
        admitted.forEach(caller -> {
            assertEquals(0, caller.refusals.get());
            assertEquals(everAdmittedLate.contains(caller) ? 1 : 0, caller.admissions.get());
        });
        relayed.forEach(caller -> {
            assertTrue(caller.isAdmitted() && caller.instance().isRelay(), caller + " is relayed");
            assertEquals(0, caller.refusals.get());
            assertEquals(everAdmittedLate.contains(caller) ? 1 : 0, caller.admissions.get());
        });
        assertTrue(line.isEmpty() || !anyFree(), "somebody waits while a slot is free");
        assertTrue(
                line.isEmpty() || !isRelaying() || relayed.size() == MAX_RELAYED,
                "somebody waits who could be relayed");
        if (lastRead != null && isNews()) {
            assertTrue(world.bells.get() > bellsAtRead, "nobody was told of " + line + " " + taken);
        }
    }

    private void assertDemand(Demand demand) {
        assertEquals(admitted.size(), demand.inFlight());
        assertEquals(line.size(), demand.waiting());
        assertEquals(relayed.size(), demand.relayed());
        assertEquals(line.stream().mapToLong(Caller::weight).sum(), demand.waitingBytes());
        assertEquals(lastLeft.size(), demand.sessions());
        assertEquals(lastLeft.values().stream().filter(Instant.MAX::equals).count(), demand.devices());
        taken.forEach((id, count) -> assertEquals(count, demand.on(id)));
        assertEquals(
                demand.inFlight(),
                demand.perInstance().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum());
    }

    /** Whether a decision on what was read last may be wrong by now. */
    private boolean isNews() {
        boolean fewer = instancesFor(level()) < instancesFor(lastRead.connections());
        boolean waits = line.size() > lastRead.waiting();
        boolean emptied = lastRead.perInstance().entrySet().stream()
                .anyMatch(entry -> entry.getValue() > 0
                        && !open.contains(entry.getKey())
                        && !retired.contains(entry.getKey())
                        && taken.getOrDefault(entry.getKey(), 0) == 0);
        boolean relaysEmptied = lastRead.relayed() > 0 && relayed.isEmpty() && relay == null;
        return fewer || waits || emptied || relayedSinceRead || relaysEmptied;
    }

    private int instancesFor(int connections) {
        return (connections + limitAtRead - 1) / limitAtRead;
    }

    // ---- the model

    private int level() {
        return line.size() + admitted.size();
    }

    private Instant deadlineOf(Caller caller) {
        return arrivedAt.get(caller).plus(routes.queue().deadline());
    }

    private boolean isRefusing() {
        return routes.otherwise() instanceof Routes.Refuse refuse
                && refuse.retryAt().isAfter(world.now());
    }

    private boolean isRelaying() {
        return open.isEmpty() && relay != null;
    }

    private String whyRefused(int weight) {
        if (routes == null) {
            return "";
        }
        if (isRelaying()) {
            return "as many connections are relayed";
        }
        if (isRefusing()) {
            return "broken";
        }
        if (line.size() >= routes.queue().maxConnections()) {
            return "as many connections wait";
        }
        long bytes = line.stream().mapToLong(Caller::weight).sum() + weight;
        return bytes > routes.queue().maxBytes() ? "those that wait hold" : null;
    }

    private boolean isFree(AppInstanceId id) {
        return taken.getOrDefault(id, 0) < limit;
    }

    private boolean anyFree() {
        return open.stream().anyMatch(this::isFree);
    }

    /** Admits from the head of the line where the gate says it did, while there is room. */
    private void serve() {
        while (!line.isEmpty() && (isRelaying() ? relayed.size() < MAX_RELAYED : anyFree())) {
            int before = level();
            Caller head = line.remove(0);
            everAdmittedLate.add(head);
            assertTrue(head.isAdmitted(), head + " is first in the line, and there is room");
            if (isRelaying()) {
                levelFalls(before, world.now());
                relay(head);
            } else {
                admit(head);
            }
        }
    }

    private void relay(Caller caller) {
        assertEquals(relay, caller.instance().relay());
        relayed.add(caller);
        relayedSinceRead = true;
    }

    private void admit(Caller caller) {
        occupy(caller);
        admitted.add(caller);
    }

    private void occupy(Caller caller) {
        AppInstanceId on = caller.instance().id();
        assertTrue(open.contains(on), on + " takes new connections");
        assertTrue(isFree(on), on + " has room");
        taken.merge(on, 1, Integer::sum);
    }

    private void refuseAll(String reason) {
        for (Caller caller : List.copyOf(line)) {
            left(caller, level());
            line.remove(caller);
            refused.put(caller, reason);
        }
    }

    private void left(Caller caller, int levelBefore) {
        left(caller, levelBefore, world.now());
    }

    /** Counts one out. Called before it is taken out of the lists, or before it came into one. */
    private void left(Caller caller, int levelBefore, Instant at) {
        levelFalls(levelBefore, at);
        endSession(caller, at);
    }

    private void levelFalls(int levelBefore, Instant at) {
        if (levelBefore == peak) {
            peakLeft = at;
        }
    }

    private void endSession(Caller caller, Instant at) {
        boolean last = Stream.of(line, admitted, relayed)
                .flatMap(List::stream)
                .noneMatch(c -> c != caller && c.device().equals(caller.device()));
        if (last) {
            lastLeft.put(caller.device(), at);
        }
    }
}
