package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.ingress.core.Given.APP;
import static org.nearzero.ingress.core.Given.draining;
import static org.nearzero.ingress.core.Given.id;
import static org.nearzero.ingress.core.Given.open;
import static org.nearzero.ingress.core.Given.queue;
import static org.nearzero.ingress.core.Given.relay;
import static org.nearzero.ingress.core.Given.routes;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Routes.Otherwise;
import org.nearzero.api.ingress.Routes.Park;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.api.model.QueuePolicy;

/** Connections that go to the homebase. */
class GateRelayTest {
    private final World world = new World(3);
    private final Gate gate = new Gate(APP, world);
    private long revision;

    private Caller arrive(String device) {
        Caller caller = new Caller(device);
        gate.arrive(caller, world.nanos());
        return caller;
    }

    private void release(Caller caller) {
        assertTrue(gate.release(caller, world.nanos()));
    }

    private void route(Otherwise otherwise, Target... targets) {
        gate.route(routes(++revision, 1, QueuePolicy.DEFAULT, otherwise, targets));
    }

    private static void assertRelayed(int to, Caller caller) {
        assertTrue(caller.isAdmitted());
        assertEquals(relay(to), caller.instance().relay());
    }

    @Test
    void withNoOpenInstanceAConnectionIsRelayedAtOnce() {
        route(relay(1), draining(1));
        Caller caller = arrive("a");
        assertRelayed(1, caller);
        assertEquals(List.of("SESSION_STARTED a", "ADMITTED a home1"), world.heard());
        assertEquals(0, caller.admissions.get(), "nothing is called");
        release(caller);
        assertEquals(List.of("RELEASED a home1"), world.heard());
    }

    @Test
    void withOpenInstancesThatAreFullItWaits() {
        route(relay(1), open(1));
        assertEquals(id(1), arrive("a").instance().id());
        assertTrue(arrive("b").isWaiting());
    }

    @Test
    void oneThatIsRelayedCountsApartWithItsSessionAndDeviceAndIsInNoPeak() {
        route(relay(1));
        arrive("a");
        arrive("a");
        arrive("b");
        assertEquals(new Demand(APP, 0, 0, 0, 3, 2, 2, Map.of(), List.of()), gate.demand());
        assertEquals(3, gate.peek().relayed());
    }

    @Test
    void oneThatAnotherSiteRelayedHereCountsWithoutASessionAndADevice() {
        route(new Park(), open(1));
        Caller first = fromPeer("a");
        Caller second = fromPeer("b");
        Demand demand = gate.demand();
        assertEquals(
                List.of(1, 1, 0, 0), List.of(demand.inFlight(), demand.waiting(), demand.sessions(), demand.devices()));
        release(first);
        assertTrue(second.isAdmitted());
        release(second);
        assertEquals(0, gate.demand().connections());
        assertEquals(
                List.of(
                        "ADMITTED a shop.i1",
                        "PARKED b",
                        "RELEASED a shop.i1",
                        "ADMITTED b shop.i1",
                        "RELEASED b shop.i1"),
                world.heard());
    }

    private Caller fromPeer(String device) {
        Caller caller = new Caller(device) {
            @Override
            protected boolean isFromPeer() {
                return true;
            }
        };
        gate.arrive(caller, world.nanos());
        return caller;
    }

    @Test
    void whenInstancesOpenNewConnectionsGoThereAndThoseThatAreRelayedGoOn() {
        route(relay(1));
        Caller before = arrive("a");
        route(new Park(), open(1));
        assertEquals(id(1), arrive("b").instance().id());
        assertRelayed(1, before);
        assertEquals(1, gate.demand().relayed());
        release(before);
        assertEquals(0, gate.demand().relayed());
    }

    @Test
    void theSameWayIsUsedAgainAndAnotherIsNot() {
        route(relay(1));
        Instance first = arrive("a").instance();
        route(new Park(), open(1));
        route(relay(1));
        assertSame(first, arrive("b").instance());
        route(relay(2));
        assertNotSame(first, arrive("c").instance());
    }

    @Test
    void aWayWithoutConnectionsIsKeptUntilAnotherTakesItsPlace() {
        route(relay(1));
        Instance first = relayedOnce();
        route(new Park(), open(1));
        release(arrive("b"));
        route(relay(1));
        assertSame(first, relayedOnce());
        assertFalse(first.isClosed());
        route(relay(2));
        assertTrue(first.isClosed());
        assertEquals(1, ((World.Host) first).closings.get());
    }

    private Instance relayedOnce() {
        Caller caller = arrive("a");
        release(caller);
        return caller.instance();
    }

    @Test
    void thoseWhoWaitAreRelayedInTheirOrderWhenThereIsAWay() {
        route(new Park());
        List<Caller> waiting = List.of(arrive("a"), arrive("b"));
        world.heard();
        route(relay(1));
        waiting.forEach(caller -> {
            assertRelayed(1, caller);
            assertEquals(1, caller.admissions.get());
        });
        assertEquals(List.of("ADMITTED a home1", "ADMITTED b home1"), world.heard());
        assertEquals(new Demand(APP, 0, 0, 0, 2, 2, 2, Map.of(), gate.peek().recent()), gate.peek());
    }

    @Test
    void thoseWhoWaitForAFullInstanceAreRelayedWhenItDrains() {
        route(relay(1), open(1));
        Caller holds = arrive("a");
        Caller waits = arrive("b");
        route(relay(1), draining(1));
        assertRelayed(1, waits);
        assertEquals(id(1), holds.instance().id());
    }

    @Test
    void pastTheNumberThatMayBeRelayedOneIsRefused() {
        route(relay(1));
        List<Caller> three = List.of(arrive("a"), arrive("b"), arrive("c"));
        Caller refused = arrive("d");
        assertEquals("as many connections are relayed to the homebase as may: 3", refused.refusal.reason());
        assertEquals(refused.refusal, gate.wouldRefuse(world.nanos()));
        route(relay(2));
        assertEquals(1, arrive("e").refusals.get(), "all ways together");
        release(three.get(0));
        assertRelayed(2, arrive("f"));
    }

    @Test
    void thoseWhoWaitedWhenAsManyAreRelayedAsMayGoOnWaiting() {
        gate.route(routes(++revision, 1, queue(9, 0, Duration.ofMinutes(1)), new Park()));
        List<Caller> four = List.of(arrive("a"), arrive("b"), arrive("c"), arrive("d"));
        route(relay(1));
        assertTrue(four.get(3).isWaiting());
        release(four.get(1));
        assertRelayed(1, four.get(3));
    }

    @Test
    void theFirstThatIsRelayedAfterEachReadingIsTold() {
        route(relay(1));
        gate.demand();
        world.rung();
        arrive("a");
        assertEquals(1, world.rung());
        arrive("b");
        assertEquals(0, world.rung());
        gate.demand();
        arrive("c");
        assertEquals(1, world.rung());
    }

    @Test
    void thatTheLastOneOfAWayThatTakesNoMoreIsOverIsTold() {
        route(relay(1));
        Caller first = arrive("a");
        Caller last = arrive("b");
        route(new Park(), open(1));
        gate.demand();
        world.rung();
        release(first);
        assertEquals(0, world.rung());
        release(last);
        assertEquals(1, world.rung());
    }

    @Test
    void thatNoneIsRelayedAnyMoreIsToldToWhoReadOtherwise() {
        route(relay(1));
        Caller caller = arrive("a");
        gate.demand();
        world.rung();
        release(caller);
        assertEquals(0, world.rung(), "the way is open");
        route(new Park(), open(1));
        assertEquals(1, world.rung());
    }

    @Test
    void breakingReachesThoseThatAreRelayedAndNobodyElse() {
        route(relay(1));
        Caller old = arrive("a");
        Caller gone = arrive("b");
        release(gone);
        route(new Park(), open(1));
        Caller local = arrive("c");
        gate.breakRelayed();
        assertEquals(List.of(1, 0, 0), List.of(old.breaks.get(), gone.breaks.get(), local.breaks.get()));
    }

    @Test
    void oneWhoseHomebaseIsNotReachedMovesToAnInstanceThatHasOpened() {
        route(relay(1));
        Caller caller = arrive("a");
        assertFalse(gate.move(caller, world.nanos()), "there is no other way");
        route(new Park(), open(1));
        assertTrue(gate.move(caller, world.nanos()));
        assertEquals(id(1), caller.instance().id());
        Demand demand = gate.demand();
        assertEquals(List.of(1, 0), List.of(demand.inFlight(), demand.relayed()));
        gate.breakRelayed();
        assertEquals(0, caller.breaks.get());
        release(caller);
        assertEquals(0, gate.demand().connections());
    }

    @Test
    void oneWhoseInstanceIsGoneMovesToTheHomebase() {
        route(new Park(), open(1));
        Caller caller = arrive("a");
        route(relay(1));
        assertTrue(gate.move(caller, world.nanos()));
        assertRelayed(1, caller);
        Demand demand = gate.demand();
        assertEquals(List.of(0, 1), List.of(demand.inFlight(), demand.relayed()));
        release(caller);
        assertEquals(0, gate.demand().relayed());
    }

    @Test
    void anApplicationThatIsWithdrawnKeepsItsRelayedConnectionsAndTheGateWithThem() {
        route(relay(1));
        Caller caller = arrive("a");
        gate.withdraw("deleted");
        assertFalse(gate.isForgettable());
        assertEquals("deleted", arrive("b").refusal.reason());
        release(caller);
        assertTrue(gate.isForgettable());
        assertTrue(caller.instance().isClosed());
    }
}
