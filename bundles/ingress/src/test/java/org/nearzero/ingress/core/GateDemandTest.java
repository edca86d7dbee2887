package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.ingress.core.Given.APP;
import static org.nearzero.ingress.core.Given.IDLE;
import static org.nearzero.ingress.core.Given.draining;
import static org.nearzero.ingress.core.Given.id;
import static org.nearzero.ingress.core.Given.open;
import static org.nearzero.ingress.core.Given.routes;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Peak;

/** What a gate counts, and when it tells that it is worth reading. */
class GateDemandTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final World world = new World();
    private final Gate gate = new Gate(APP, world);

    private Caller arrive(String device) {
        Caller caller = new Caller(device);
        gate.arrive(caller, world.nanos());
        return caller;
    }

    private void release(Caller caller) {
        assertTrue(gate.release(caller, world.nanos()));
    }

    @Test
    void countsThoseInFlightThoseWhoWaitTheirBytesSessionsAndDevices() {
        gate.route(routes(1, 1, open(1)));
        arrive("a");
        gate.arrive(new Caller("b", 30), world.nanos());
        gate.arrive(new Caller("b", 12), world.nanos());
        gate.abandon(arrive("c"), world.nanos());
        assertEquals(
                new Demand(APP, 1, 2, 42, 3, 2, Map.of(id(1), 1), List.of(new Peak(4, world.now()))), gate.demand());
    }

    @Test
    void anInstanceThatIsNamedNoMoreIsCountedWhileItCarriesConnections() {
        gate.route(routes(1, 1, open(1)));
        Caller caller = arrive("a");
        gate.route(routes(2, 1, open(2)));
        assertEquals(Map.of(id(1), 1, id(2), 0), gate.demand().perInstance());
        release(caller);
        assertEquals(Map.of(id(2), 0), gate.demand().perInstance());
    }

    @Test
    void thePeakIsTheHighestSinceItWasLastReadAndWhenItWasLeft() {
        gate.route(routes(1, 9, open(1)));
        List<Caller> three = List.of(arrive("a"), arrive("b"), arrive("c"));
        world.pass(SECOND);
        release(three.get(0));
        world.pass(SECOND);
        assertEquals(
                List.of(new Peak(3, World.NOON.plusSeconds(1))), gate.demand().recent());
        world.pass(SECOND);
        assertEquals(
                List.of(new Peak(2, World.NOON.plusSeconds(3))), gate.demand().recent());
        release(three.get(1));
        release(three.get(2));
        gate.demand();
        assertEquals(List.of(), gate.demand().recent());
    }

    @Test
    void aSessionEndsItsIdleTimeAfterTheLastConnection() {
        gate.route(routes(1, 9, open(1)));
        Caller caller = arrive("a");
        world.pass(IDLE.multipliedBy(3).plusSeconds(7));
        assertEquals(1, gate.demand().sessions());
        release(caller);
        world.pass(IDLE.minusNanos(1));
        assertEquals(1, gate.demand().sessions());
        assertEquals(0, gate.demand().devices());
        world.heard();
        world.pass(Duration.ofNanos(1));
        assertEquals(0, gate.demand().sessions());
        assertEquals(List.of("SESSION_ENDED a"), world.heard());
        assertEquals(null, world.alarm(gate), "nothing is due any more");
    }

    @Test
    void thatSomebodyWaitsIsToldOnceUntilItIsRead() {
        gate.route(routes(1, 1));
        arrive("a");
        assertEquals(1, world.rung());
        arrive("b");
        assertEquals(0, world.rung());
        assertEquals(2, gate.demand().waiting());
        assertEquals(0, world.rung());
        arrive("c");
        arrive("d");
        assertEquals(1, world.rung());
    }

    @Test
    void aFallIsToldWhenFewerInstancesAreNeededThanWhenItWasRead() {
        gate.route(routes(1, 2, open(1), open(2)));
        List<Caller> callers = List.of(arrive("a"), arrive("b"), arrive("c"), arrive("d"));
        gate.demand();
        release(callers.get(0));
        assertEquals(0, world.rung(), "three need as many as four");
        release(callers.get(1));
        assertEquals(1, world.rung());
        release(callers.get(2));
        assertEquals(0, world.rung());
        gate.demand();
        release(callers.get(3));
        assertEquals(1, world.rung());
    }

    @Test
    void aRiseForWhichThereIsRoomIsNoNews() {
        gate.route(routes(1, 1, open(1), open(2)));
        gate.demand();
        Caller caller = arrive("a");
        arrive("b");
        release(caller);
        assertEquals(0, world.rung());
    }

    @Test
    void thoseWhoGiveUpOrAreRefusedAreAFallAsWell() {
        gate.route(routes(1, 1));
        Caller first = arrive("a");
        Caller second = arrive("b");
        gate.demand();
        world.rung();
        gate.abandon(first, world.nanos());
        assertEquals(1, world.rung());
        gate.demand();
        gate.withdraw("deleted");
        assertEquals(1, second.refusals.get());
        assertEquals(1, world.rung());
    }

    @Test
    void thatADrainingInstanceLostItsLastConnectionIsTold() {
        gate.route(routes(1, 4, open(1)));
        Caller first = arrive("a");
        Caller second = arrive("b");
        gate.route(routes(2, 4, draining(1), open(2)));
        arrive("c");
        gate.demand();
        release(first);
        assertEquals(0, world.rung());
        release(second);
        assertEquals(1, world.rung());
    }

    @Test
    void thatADrainingInstanceLostItToAnotherIsTold() {
        gate.route(routes(1, 4, open(1)));
        Caller moves = arrive("a");
        gate.route(routes(2, 4, draining(1), open(2)));
        gate.demand();
        assertTrue(gate.move(moves, world.nanos()));
        assertEquals(1, world.rung());
        assertEquals(0, gate.demand().on(id(1)));
    }

    @Test
    void thatAnInstanceWasEmptyWhenItsDrainingBeganIsToldIfItWasNotWhenRead() {
        gate.route(routes(1, 4, open(1)));
        Caller ends = arrive("a");
        gate.route(routes(2, 4, open(2)));
        arrive("b");
        gate.route(routes(3, 4, open(1), open(2)));
        gate.demand();
        release(ends);
        assertEquals(0, world.rung(), "one needs as many instances as two");
        gate.route(routes(4, 4, draining(1), open(2)));
        assertEquals(1, world.rung());
        gate.demand();
        gate.route(routes(5, 4, draining(1), open(2)));
        assertEquals(0, world.rung(), "that was read");
    }

    @Test
    void thatTheLastConnectionOfAWithdrawnApplicationEndedIsTold() {
        gate.route(routes(1, 4, open(1)));
        Caller first = arrive("a");
        gate.withdraw("deleted");
        gate.demand();
        world.rung();
        release(first);
        assertEquals(1, world.rung());
        assertFalse(gate.demand().perInstance().containsKey(id(1)));
    }
}
