package org.nearzero.orchestrator.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.nearzero.orchestrator.testing.TestApps.DOORS;
import static org.nearzero.orchestrator.testing.TestApps.DRAIN;
import static org.nearzero.orchestrator.testing.TestApps.HOMEBASE;
import static org.nearzero.orchestrator.testing.TestApps.RELAY;
import static org.nearzero.orchestrator.testing.TestApps.SERVE;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Peak;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.AppId;
import org.nearzero.api.orchestrator.ApplicationStatus.State;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.policy.Desired;
import org.nearzero.orchestrator.testing.MovableClock;
import org.nearzero.orchestrator.testing.TestApps;

class PlacingTest {
    private static final Instant NOW = MovableClock.START;
    private static final AppId SHOP = new AppId("shop");
    private static final Desired ONE = new Desired(1, "1 instance", Optional.empty(), false);

    private static Demand demand(int waiting, int relayed, int sessions) {
        return new Demand(SHOP, 0, waiting, 0, relayed, sessions, 0, Map.of(), List.of());
    }

    private static Placing placing(Placement placement) {
        return Placing.of(placement, NOW);
    }

    private static SimulatedSite site(Placement placement) {
        SimulatedSite site = new SimulatedSite(7, TestApps.app("shop"), 100);
        site.slips = false;
        site.place(placement);
        return site;
    }

    @Test
    void whoIsToBeServedCountsAsWaitingHere() {
        Demand asked = placing(SERVE).asked(demand(2, 3, 4));
        assertEquals(5, asked.waiting());
        assertEquals(0, asked.relayed(), "nobody counts twice");
        assertEquals(
                "1 instance (counting 3 connections relayed to homebase hb)",
                placing(SERVE).answered(demand(2, 3, 4), ONE).reason());
    }

    @Test
    void sessionsWithNoConnectionCountAsOne() {
        assertEquals(1, placing(SERVE).asked(demand(0, 0, 4)).waiting());
        assertEquals(
                "1 instance (counting 1 connection for 1 session here)",
                placing(SERVE).answered(demand(0, 0, 1), ONE).reason());
        assertEquals(1, placing(SERVE).asked(demand(1, 0, 4)).waiting(), "one that has a connection needs no other");
        assertSame(ONE, placing(SERVE).answered(demand(1, 0, 4), ONE));
        assertEquals(0, placing(SERVE).asked(demand(0, 0, 0)).waiting());
    }

    @Test
    void theHomebasesDemandIsLeftAsItIs() {
        Demand all = demand(2, 3, 4);
        assertSame(all, placing(Placement.HOMEBASE).asked(all));
        assertSame(all, placing(Placement.HOMEBASE).noted(all, NOW));
        assertSame(ONE, placing(Placement.HOMEBASE).answered(all, ONE));
    }

    @Test
    void relayedConnectionsOfTheRecentPastHoldAnInstanceLikeOthers() {
        assertEquals(
                List.of(new Peak(5, NOW)),
                placing(SERVE).noted(demand(2, 3, 4), NOW).recent());
        SimulatedSite site = site(SERVE);
        site.connect(1);
        site.pass(Duration.ofMillis(500)); // on its way
        site.endRelayed(1);
        site.pass(TestApps.DELAY.minusMillis(501));
        assertEquals(1, site.count(i -> true));
        site.pass(Duration.ofSeconds(2));
        assertEquals(0, site.count(Instance::live));
    }

    @Test
    void theDrainCountsFromWhenThePartBeganWhateverItsDoors() {
        Placement elsewhere = new Placement.Relay(HOMEBASE, List.of(), DRAIN.plusSeconds(5));
        Placing later = placing(RELAY).to(elsewhere, NOW.plusSeconds(9));
        assertEquals(NOW.plus(DRAIN).plusSeconds(5), later.drainBy());
        assertEquals(NOW.plusSeconds(10), later.to(SERVE, NOW.plusSeconds(10)).since());
        assertSame(later, later.to(elsewhere, NOW.plusSeconds(10)));
    }

    @Test
    void asksToBeWokenWhenADrainIsOver() {
        Lifecycle lifecycle = new Lifecycle(SimulatedSite.POP, Timing.DEFAULT);
        Timing rare = new Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ofHours(1), Duration.ofHours(1));
        SimulatedSite site = site(SERVE);
        site.connect(1);
        site.pass(Duration.ofSeconds(10));
        AppState flipped = site.state;
        assertEquals(flipped.placing().breakBy(), new Lifecycle(SimulatedSite.POP, rare).wakeAt(flipped, site.now()));
        site.connect(1);
        site.place(RELAY);
        assertEquals(site.now().plus(DRAIN), new Lifecycle(SimulatedSite.POP, rare).wakeAt(site.state, site.now()));
        assertEquals(
                site.now().plus(Timing.DEFAULT.drainRecheck()),
                lifecycle.wakeAt(site.state, site.now()),
                "it may be empty before");
    }

    @Test
    void aRefusalForWantOfADoorStandsUntilItIsOver() {
        Placing nowhere = placing(new Placement.Relay(HOMEBASE, List.of(), DRAIN));
        Routes.Otherwise first = nowhere.elsewhere(new Routes.Park(), NOW);
        assertSame(first, nowhere.elsewhere(first, NOW.plusMillis(999)));
        assertEquals(
                new Routes.Refuse("homebase hb: no door known yet", NOW.plusSeconds(2)),
                nowhere.elsewhere(first, NOW.plusSeconds(1)));
        assertEquals(new Routes.Relay(HOMEBASE, DOORS), placing(RELAY).elsewhere(first, NOW));
    }

    @Test
    void nothingIsWrongWithWhatIsRelayedThoughStartsHaveFailedBefore() {
        SimulatedSite site = site(SERVE);
        site.failing = 1;
        site.sessions(1);
        site.pass(Duration.ofSeconds(30));
        var failing = StatusProjection.of(site.state, site.now());
        assertEquals(State.FAILING, failing.state());
        site.place(RELAY);
        var relayed = StatusProjection.of(site.state, site.now());
        assertEquals(State.ZERO, relayed.state());
        assertEquals("", relayed.condition());
        assertEquals(Optional.empty(), relayed.retryAt());
    }

    @Test
    void onesThatRunAreAdoptedWithWhatIsRelayedInMind() {
        SimulatedSite site = site(SERVE);
        site.connect(3);
        Turn turn = new Turn(site.state, SimulatedSite.POP, Timing.DEFAULT, site.now());
        turn.assumeUsed();
        assertEquals(3, turn.demand.relayed());
    }

    @Test
    void whatWasOpenTakesConnectionsAgainBeforeAnythingIsStarted() {
        SimulatedSite site = site(Placement.HOMEBASE);
        site.connect(4);
        site.pass(Duration.ofSeconds(10));
        int starts = site.starts;
        site.place(RELAY);
        site.connect(1);
        site.place(SERVE);
        assertEquals(1, site.count(Instance::open));
        assertEquals(starts, site.starts);
    }
}
