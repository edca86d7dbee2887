package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.ingress.core.Given.APP;
import static org.nearzero.ingress.core.Given.draining;
import static org.nearzero.ingress.core.Given.elsewhere;
import static org.nearzero.ingress.core.Given.id;
import static org.nearzero.ingress.core.Given.open;
import static org.nearzero.ingress.core.Given.queue;
import static org.nearzero.ingress.core.Given.routes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nearzero.api.ingress.Routes.Park;
import org.nearzero.api.ingress.Routes.Refuse;
import org.nearzero.api.model.QueuePolicy;

/** Who is admitted, who waits and who is refused. */
class GateTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final World world = new World();
    private final Gate gate = new Gate(APP, world);

    private Caller arrive(String device) {
        return arrive(new Caller(device));
    }

    private Caller arrive(Caller caller) {
        assertEquals(gate.arrive(caller, world.nanos()), caller.isAdmitted() && caller.admissions.get() == 0);
        return caller;
    }

    private void release(Caller caller) {
        assertTrue(gate.release(caller, world.nanos()));
    }

    private static void assertRefused(String reason, long retryAfterSeconds, Caller caller) {
        assertEquals(1, caller.refusals.get());
        assertEquals(reason, caller.refusal.reason());
        assertEquals(retryAfterSeconds, caller.refusal.retryAfterSeconds());
        assertFalse(caller.isAdmitted() || caller.isWaiting());
    }

    @Test
    void oneForWhomThereIsRoomIsAdmittedAtOnce() {
        gate.route(routes(1, 1, open(1)));
        Caller caller = arrive("a");
        assertTrue(caller.isAdmitted());
        assertEquals(id(1), caller.instance().id());
        assertEquals(List.of("SESSION_STARTED a", "ADMITTED a shop.i1"), world.heard());
    }

    @Test
    void thoseForWhomThereIsNoneAreAdmittedInTheOrderTheyCame() {
        gate.route(routes(1, 1, open(1)));
        Caller first = arrive("a");
        List<Caller> waiting = List.of(arrive("b"), arrive("c"), arrive("d"));
        world.heard();
        release(first);
        release(waiting.get(0));
        gate.route(routes(2, 2, open(1)));
        assertEquals(
                List.of(
                        "RELEASED a shop.i1",
                        "ADMITTED b shop.i1",
                        "RELEASED b shop.i1",
                        "ADMITTED c shop.i1",
                        "ADMITTED d shop.i1"),
                world.heard());
        waiting.forEach(caller -> assertEquals(1, caller.admissions.get()));
    }

    @Test
    void nobodyWhoComesLaterGoesBeforeThoseWhoWait() {
        gate.route(routes(1, 1, open(1)));
        Caller first = arrive("a");
        Caller waits = arrive("b");
        Caller late = new Caller("c");
        world.whenReleased.set(() -> assertFalse(gate.arrive(late, world.nanos())));
        release(first);
        assertTrue(waits.isAdmitted());
        assertTrue(late.isWaiting());
    }

    @Test
    void aSlotThatIsGivenBackWhileSomebodyJoinsTheLineIsHis() {
        gate.route(routes(1, 1, open(1)));
        Caller first = arrive("a");
        Caller joins = new Caller("b") {
            @Override
            protected long weight() {
                release(first); // it has found no slot, and does not stand in the line yet
                return 0;
            }
        };
        gate.arrive(joins, world.nanos());
        assertTrue(joins.isAdmitted());
        assertEquals(1, joins.admissions.get());
    }

    @Test
    void thousandsWhoWaitAreServedWithoutRecursion() {
        gate.route(routes(1, 1, queue(20_000, 0, SECOND), new Park(), open(1)));
        Caller first = arrive("a");
        List<Caller> waiting = IntStream.range(0, 20_000)
                .mapToObj(n -> arrive(new Caller("b", 0, this::release)))
                .toList();
        release(first);
        waiting.forEach(caller -> assertEquals(1, caller.admissions.get()));
        assertEquals(0, gate.demand().connections());
    }

    @Test
    void onePastTheNumberThatMayWaitIsRefused() {
        gate.route(routes(1, 1, queue(2, 0, SECOND), new Park()));
        arrive("a");
        Caller leaves = arrive("b");
        assertRefused("as many connections wait as may: 2", 1, arrive("c"));
        assertTrue(gate.abandon(leaves, world.nanos()));
        assertTrue(arrive("d").isWaiting());
        assertEquals(
                "as many connections wait as may: 2",
                gate.wouldRefuse(world.nanos()).reason());
    }

    @Test
    void onePastTheBytesThatMayWaitIsRefused() {
        gate.route(routes(1, 1, queue(10, 100, SECOND), new Park()));
        arrive(new Caller("a", 60));
        assertTrue(arrive(new Caller("b", 40)).isWaiting());
        assertRefused("those that wait hold as many bytes as they may: 100", 1, arrive(new Caller("c", 1)));
        assertTrue(arrive(new Caller("d", 0)).isWaiting());
        assertEquals(100, gate.demand().waitingBytes());
    }

    @Test
    void ifNobodyMayWaitThoseWithoutRoomAreRefusedAtOnce() {
        gate.route(routes(1, 1, queue(0, 0, SECOND), new Park(), open(1)));
        assertTrue(arrive("a").isAdmitted());
        assertRefused("as many connections wait as may: 0", 1, arrive("b"));
    }

    @Test
    void eachWaitsAsLongAsThePolicySaysAndIsThenRefused() {
        gate.route(routes(1, 1, queue(10, 0, Duration.ofMillis(1500)), new Park()));
        Caller first = arrive("a");
        world.pass(SECOND);
        Caller second = arrive("b");
        world.pass(Duration.ofMillis(500).minusNanos(1));
        assertTrue(first.isWaiting());
        world.pass(Duration.ofNanos(1));
        assertRefused("no room within 1500ms", 1, first);
        assertTrue(second.isWaiting());
        world.pass(SECOND);
        assertRefused("no room within 1500ms", 1, second);
    }

    @Test
    void aShorterDeadlineIsGoodForThoseWhoWaitAlready() {
        gate.route(routes(1, 1, queue(10, 0, Duration.ofMinutes(5)), new Park()));
        Caller caller = arrive("a");
        world.pass(SECOND);
        gate.route(routes(2, 1, queue(10, 0, SECOND), new Park()));
        world.pass(Duration.ZERO);
        assertRefused("no room within 1s", 1, caller);
    }

    @Test
    void aDeadlineIsKeptThoughSomebodySlowerAskedForALaterTimeMeanwhile() {
        gate.route(routes(1, 1, queue(10, 0, SECOND), new Park(), open(1)));
        Caller[] waiting = new Caller[1];
        world.faster.set(() -> waiting[0] = arrive("b"));
        arrive("a");
        assertEquals(SECOND, world.alarm(gate));
        world.pass(SECOND);
        assertRefused("no room within 1s", 1, waiting[0]);
    }

    @Test
    void aRefusingRouteAnswersThoseWhoWaitAtOnceAndNewOnesUntilItsTime() {
        gate.route(routes(1, 1));
        Caller waiting = arrive("a");
        Refuse refuse = new Refuse("the image is missing", world.now().plusMillis(2_500));
        gate.route(routes(2, 1, QueuePolicy.DEFAULT, refuse));
        assertRefused("the image is missing", 3, waiting);
        assertTrue(waiting.refusal.known());
        world.pass(Duration.ofMillis(2_499));
        assertRefused("the image is missing", 1, arrive("b"));
        world.pass(Duration.ofMillis(1));
        assertTrue(arrive("c").isWaiting());
    }

    @Test
    void aRefusingRouteStillAdmitsWhereThereIsRoom() {
        gate.route(routes(1, 1));
        Caller first = arrive("a");
        Caller second = arrive("b");
        Refuse refuse = new Refuse("as many instances as may", world.now().plusSeconds(1));
        gate.route(routes(2, 1, QueuePolicy.DEFAULT, refuse, open(1)));
        assertTrue(first.isAdmitted());
        assertRefused("as many instances as may", 1, second);
    }

    @Test
    void whereNoRouteIsKnownEverybodyIsRefusedAsUnknown() {
        Caller caller = arrive("a");
        assertRefused("not routed here", 1, caller);
        assertFalse(caller.refusal.known());
        assertEquals(0, gate.demand().connections());
    }

    @Test
    void whenRoutesAreWithdrawnThoseWhoWaitAreToldWhyAndThoseInFlightGoOn() {
        gate.route(routes(7, 1, open(1)));
        Caller inFlight = arrive("a");
        Caller waiting = arrive("b");
        gate.withdraw("deleted");
        assertRefused("deleted", 1, waiting);
        assertTrue(waiting.refusal.known());
        assertFalse(arrive("c").refusal.known());
        assertTrue(inFlight.isAdmitted());
        assertFalse(gate.isForgettable());
        release(inFlight);
        assertTrue(gate.isForgettable());
        assertEquals(1, world.hosts.peek().closings.get());
        assertTrue(gate.route(routes(1, 1, open(2))), "after that any revision is news");
        assertTrue(arrive("d").isAdmitted());
    }

    @Test
    void olderRoutesAreIgnoredAndTheSameAgainAreNot() {
        assertTrue(gate.route(routes(5, 1, open(1))));
        assertFalse(gate.route(routes(4, 1)));
        assertTrue(arrive("a").isAdmitted());
        assertTrue(gate.route(routes(5, 1, open(1), open(2))));
        assertEquals(id(2), arrive("b").instance().id());
    }

    @Test
    void oneThatIsGivenUpLeavesTheLineAtOnce() {
        gate.route(routes(1, 1, open(1)));
        Caller first = arrive("a");
        Caller second = arrive("b");
        Caller third = arrive("c");
        world.heard();
        assertTrue(gate.abandon(second, world.nanos()));
        assertFalse(gate.abandon(second, world.nanos()));
        assertFalse(gate.abandon(first, world.nanos()));
        release(first);
        assertEquals(List.of("ABANDONED b", "RELEASED a shop.i1", "ADMITTED c shop.i1"), world.heard());
        assertEquals(0, second.admissions.get() + second.refusals.get());
        release(third);
    }

    @Test
    void aSlotIsGivenBackOnce() {
        gate.route(routes(1, 2, open(1)));
        Caller caller = arrive("a");
        Caller other = arrive("b");
        release(caller);
        assertFalse(gate.release(caller, world.nanos()));
        assertEquals(1, gate.demand().inFlight());
        release(other);
        Caller waits = new Caller("c");
        gate.route(routes(2, 2));
        gate.arrive(waits, world.nanos());
        assertFalse(gate.release(waits, world.nanos()), "who waits has none to give back");
    }

    @Test
    void oneMovesOnlyWhereThereIsRoomAndItsSlotGoesToWhoeverWaits() {
        gate.route(routes(1, 1, open(1)));
        Caller moves = arrive("a");
        assertFalse(gate.move(moves, world.nanos()));
        gate.route(routes(2, 1, draining(1), open(2)));
        Caller waits = arrive("b");
        assertEquals(id(2), waits.instance().id());
        release(waits);
        assertTrue(gate.move(moves, world.nanos()));
        assertEquals(id(2), moves.instance().id());
        assertEquals(0, gate.demand().on(id(1)));
        Caller next = arrive("c");
        gate.route(routes(3, 1, open(1), open(2)));
        assertEquals(id(1), next.instance().id());
        release(moves);
        gate.route(routes(4, 1, open(1), open(2), open(3)));
        assertFalse(gate.move(moves, world.nanos()), "it is over");
        assertEquals(1, gate.demand().inFlight());
    }

    @Test
    void theSlotThatAMoveFreesIsGivenToWhoeverWaits() {
        gate.route(routes(1, 1, open(1), open(2)));
        List<Caller> both = new ArrayList<>(List.of(arrive("a"), arrive("b")));
        Caller waits = arrive("c");
        gate.route(routes(2, 1, draining(1), open(2)));
        both.removeIf(caller -> caller.instance().id().equals(id(2)));
        Caller moves = both.get(0);
        assertFalse(gate.move(moves, world.nanos()));
        gate.route(routes(3, 1, draining(1), open(2), open(3)));
        assertEquals(id(3), waits.instance().id());
    }

    @Test
    void anInstanceIsRetiredOnlyWhileItIsEmptyAndForGood() {
        gate.route(routes(1, 1, open(1), draining(2)));
        Caller caller = arrive("a");
        assertFalse(gate.retire(id(1)));
        assertTrue(gate.retire(id(2)));
        assertTrue(gate.retire(id(2)));
        assertTrue(gate.retire(id(9)), "what is not known carries nothing");
        release(caller);
        assertTrue(gate.retire(id(1)));
        gate.route(routes(2, 1, open(1), open(2), open(9)));
        assertTrue(arrive("b").isWaiting());
        world.hosts.forEach(host -> assertEquals(1, host.closings.get()));
    }

    @Test
    void whoeverWaitsForAnInstanceThatMovedIsAdmittedOnceTheLastOneHasLeftItsOldEndpoint() {
        gate.route(routes(1, 2, open(1)));
        Caller first = arrive("a");
        gate.route(routes(2, 2, elsewhere(1)));
        Caller waits = arrive("b");
        assertTrue(waits.isWaiting());
        release(first);
        assertTrue(waits.isAdmitted());
        assertEquals("127.0.0.2", waits.instance().endpoint().host());
    }

    @Test
    void thatOneWaitsIsToldBeforeThatItIsAdmittedHoweverFastTheRouteOpens() throws Exception {
        gate.route(routes(1, 1));
        Thread opening = new Thread(() -> gate.route(routes(2, 1, open(1))));
        world.whenParked.set(() -> {
            opening.start();
            while (opening.getState() != Thread.State.BLOCKED && opening.isAlive()) {
                Thread.onSpinWait(); // until it is done, or has to wait for its turn
            }
        });
        gate.arrive(new Caller("a"), world.nanos());
        opening.join();
        assertEquals(List.of("SESSION_STARTED a", "PARKED a", "ADMITTED a shop.i1"), world.heard());
    }

    @Test
    void oneThatRefusedLatelyGetsOnlyThoseForWhomNobodyElseHasRoom() {
        gate.route(routes(1, 2, open(1), open(2)));
        world.hosts.peek().avoidUntil(world.nanos(), world.nanos() + SECOND.toNanos());
        assertEquals(id(2), arrive("a").instance().id());
        assertEquals(id(2), arrive("b").instance().id());
        assertEquals(id(1), arrive("c").instance().id());
    }

    @Test
    void moreSessionsThanMayBeThatAreAllLiveKeepNobodyBusy() {
        Gate small = new Gate(APP, world, 2);
        small.route(routes(1, 9, open(1)));
        List<Caller> callers = List.of(new Caller("a"), new Caller("b"), new Caller("c"));
        callers.forEach(caller -> small.arrive(caller, world.nanos()));
        world.pass(SECOND.multipliedBy(3));
        assertEquals(3, small.demand().sessions());
        small.release(callers.get(1), world.nanos());
        world.pass(SECOND);
        assertEquals(2, small.demand().sessions(), "the idle one ended early");
    }

    @Test
    void aNegativeClockIsAsGoodAsAny() {
        assertNotEquals(0, world.nanos());
        assertTrue(world.nanos() < 0);
        gate.route(routes(1, 1, queue(1, 0, Duration.ofSeconds(3)), new Park()));
        Caller caller = arrive("a");
        world.pass(Duration.ofSeconds(2));
        assertTrue(caller.isWaiting());
        assertNull(caller.refusal);
        world.pass(SECOND);
        assertRefused("no room within 3s", 1, caller);
    }
}
