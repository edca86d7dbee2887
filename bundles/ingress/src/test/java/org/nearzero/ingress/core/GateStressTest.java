package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.ingress.core.Given.APP;
import static org.nearzero.ingress.core.Given.draining;
import static org.nearzero.ingress.core.Given.open;
import static org.nearzero.ingress.core.Given.queue;
import static org.nearzero.ingress.core.Given.routes;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Routes.Park;
import org.nearzero.api.ingress.Routes.Refuse;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.QueuePolicy;
import org.nearzero.ingress.core.Together.Work;

/** One gate under many threads: nobody is lost, nobody counted twice, no instance overfull. */
class GateStressTest {
    private static final int TURNS = 8_000;
    private static final int LIMIT = 3;
    private static final int MAX_RELAYED = 10;
    private static final QueuePolicy QUEUE = queue(20, 1_000, Duration.ofMillis(20));

    private final World world = new World(MAX_RELAYED);
    private final Gate gate = new Gate(APP, world);

    // Counted apart from the gate.
    private final Map<AppInstanceId, AtomicInteger> on = new ConcurrentHashMap<>();
    private final AtomicInteger highest = new AtomicInteger();
    private final AtomicInteger relayed = new AtomicInteger();
    private final AtomicInteger everRelayed = new AtomicInteger();
    private final AtomicInteger mostRelayed = new AtomicInteger();
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicInteger released = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();
    private final Queue<Caller> everybody = new ConcurrentLinkedQueue<>();
    private final Queue<Caller> inFlight = new ConcurrentLinkedQueue<>();

    private AtomicInteger counter(Caller caller) {
        return on.computeIfAbsent(caller.instance().id(), id -> new AtomicInteger());
    }

    private void enter(Caller caller) {
        if (caller.instance().isRelay()) {
            everRelayed.incrementAndGet();
            mostRelayed.accumulateAndGet(relayed.incrementAndGet(), Math::max);
            inFlight.add(caller);
            return;
        }
        highest.accumulateAndGet(counter(caller).incrementAndGet(), Math::max);
        inFlight.add(caller);
    }

    private void leave(Caller caller) {
        (caller.instance().isRelay() ? relayed : counter(caller)).decrementAndGet();
    }

    private void release(Caller caller) {
        leave(caller);
        assertTrue(gate.release(caller, world.nanos()));
        released.incrementAndGet();
    }

    private void releaseSome(int most) {
        for (int n = 0; n < most; n++) {
            Caller caller = inFlight.poll();
            if (caller == null) {
                return;
            }
            release(caller);
        }
    }

    private void moveOne() {
        Caller caller = inFlight.poll();
        if (caller != null) {
            leave(caller);
            gate.move(caller, world.nanos());
            enter(caller);
        }
    }

    private Work clients(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return turn -> {
            Caller caller = new Caller("device" + random.nextInt(50), random.nextInt(120), this::enter);
            arrived.incrementAndGet();
            everybody.add(caller);
            if (gate.arrive(caller, world.nanos())) {
                enter(caller);
            } else if (random.nextInt(4) == 0 && gate.abandon(caller, world.nanos())) {
                abandoned.incrementAndGet();
            }
            if (random.nextInt(6) == 0) {
                moveOne();
            }
            releaseSome(random.nextInt(3));
        };
    }

    private void orchestrate(int turn) {
        long revision = 10L + turn;
        switch (turn % 10) {
            case 7 -> gate.route(routes(revision, LIMIT, QUEUE, Given.relay(1)));
            case 8 -> gate.route(routes(revision, LIMIT, QUEUE, Given.relay(2 + turn % 20 / 10)));
            case 9 -> gate.breakRelayed();
            case 0 -> gate.route(routes(revision, LIMIT, QUEUE, new Park(), open(1), open(2)));
            case 1 -> gate.route(routes(revision, LIMIT, QUEUE, new Park(), open(1), draining(2), open(3)));
            case 2 -> gate.demand();
            case 3 -> gate.route(routes(revision, LIMIT, QUEUE, new Park(), open(3)));
            case 4 ->
                gate.route(routes(
                        revision, LIMIT, QUEUE, new Refuse("broken", world.now().plusMillis(1)), draining(1), open(2)));
            case 5 -> gate.withdraw("deleted");
            default -> gate.route(routes(revision, LIMIT, QUEUE, new Park(), open(1), open(2), open(3)));
        }
    }

    @Test
    void everyoneWhoArrivesIsAdmittedRefusedOrGivenUpAndAllIsCountedOut() {
        orchestrate(0);
        Together.run(
                TURNS,
                clients(1),
                clients(2),
                clients(3),
                this::orchestrate,
                turn -> world.pass(Duration.ofNanos(50_000)));
        gate.route(routes(1_000_000, LIMIT, QUEUE, new Park(), open(1), open(2), open(3)));
        while (!inFlight.isEmpty()) {
            releaseSome(1);
        }
        int refused = 0;
        for (Caller caller : everybody) {
            assertTrue(caller.refusals.get() + caller.admissions.get() <= 1, "told at most once");
            assertTrue(!caller.isWaiting() && !caller.isAdmitted(), "nobody is left over");
            refused += caller.refusals.get();
        }
        assertTrue(highest.get() <= LIMIT, "on one instance: " + highest);
        assertTrue(mostRelayed.get() <= MAX_RELAYED, "relayed at once: " + mostRelayed);
        assertTrue(everRelayed.get() > 0, "none was relayed");
        assertEquals(3 * TURNS, arrived.get());
        assertEquals(arrived.get(), released.get() + refused + abandoned.get());
        Demand left = gate.demand();
        assertEquals(0, left.connections());
        assertEquals(0, left.relayed());
        assertEquals(0, left.waitingBytes());
        assertEquals(0, left.devices());
        world.pass(Given.IDLE);
        assertEquals(0, gate.demand().sessions());
        assertTrue(
                released.get() > 0 && refused > 0 && abandoned.get() > 0,
                released + " released, " + refused + " refused, " + abandoned + " abandoned");
    }

    @Test
    void nobodyWaitsForASlotThatIsGivenBackAtThatMoment() {
        gate.route(routes(1, 1, open(1)));
        Caller[] holder = {new Caller("a")};
        gate.arrive(holder[0], world.nanos());
        Caller[] next = new Caller[1];
        Together.runInRounds(
                20_000,
                () -> {
                    next[0] = new Caller("b");
                },
                () -> {
                    assertTrue(next[0].isAdmitted(), "it was overlooked");
                    holder[0] = next[0];
                },
                () -> gate.release(holder[0], world.nanos()),
                () -> gate.arrive(next[0], world.nanos()));
    }

    @Test
    void aFallWhileDemandIsReadIsEitherReadOrTold() {
        gate.route(routes(1, 1, open(1)));
        Caller[] caller = new Caller[1];
        Demand[] read = new Demand[1];
        Together.runInRounds(
                20_000,
                () -> {
                    caller[0] = new Caller("a");
                    gate.arrive(caller[0], world.nanos());
                    gate.demand();
                    world.rung();
                },
                () -> assertTrue(read[0].inFlight() == 0 || world.rung() > 0, "nobody was told that the last one left"),
                () -> gate.release(caller[0], world.nanos()),
                () -> read[0] = gate.demand());
    }
}
