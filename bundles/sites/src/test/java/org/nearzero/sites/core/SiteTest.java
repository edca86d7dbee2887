package org.nearzero.sites.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.sites.core.Given.SHOP;
import static org.nearzero.sites.core.Given.pop;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Migration.State;
import org.nearzero.api.sites.PointOfPresence;
import org.nearzero.api.sites.PointOfPresence.Availability;

/** Three sites on a network that works. */
class SiteTest {
    private final Network network = new Network(3, 1);
    private final Host home = network.hosts.get(0);
    private final Host edge = network.hosts.get(1);
    private final Host other = network.hosts.get(2);

    SiteTest() {
        network.calm();
        apply(OnHomebaseLost.KEEP);
    }

    private void apply(OnHomebaseLost lost) {
        home.on(new SiteEvent.Apply(Given.application("1", Optional.of(Given.policy(1, lost)))));
        pass(2);
    }

    private void pass(int seconds) {
        network.pass(Duration.ofSeconds(seconds));
    }

    private PointOfPresence seenBy(Host host, int site) {
        return host.site.pops(network.now()).stream()
                .filter(p -> p.popId().equals(pop(site)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everySiteLearnsOfTheApplicationAndRelaysIt() {
        for (Host host : List.of(edge, other)) {
            Placement.Relay relay = assertInstanceOf(Placement.Relay.class, host.placement);
            assertEquals(pop(1), relay.homebase());
            assertEquals(Given.member(1, 1).doors(), relay.doors());
        }
    }

    @Test
    void sitesThatOnlyOnePeerKnowsAreFoundThroughIt() {
        Host third = network.hosts.get(2);
        assertEquals(3, third.site.pops(network.now()).size());
        assertTrue(seenBy(third, 2).reachable());
    }

    @Test
    void usersAreFollowedThereAndBack() {
        edge.sessions(14);
        pass(20);
        assertInstanceOf(Placement.Serve.class, edge.placement);
        edge.sessions(2);
        pass(90);
        assertInstanceOf(Placement.Relay.class, edge.placement);
        assertEquals(
                List.of(State.COMPLETED, State.COMPLETED),
                home.site.deployment(SHOP).orElseThrow().migrations().stream()
                        .map(m -> m.state())
                        .toList());
    }

    @Test
    void whoIsNotHeardForLongEnoughIsNotReachedAnyMore() {
        network.cut(0, 1, true);
        pass(3);
        assertTrue(seenBy(home, 2).reachable());
        pass(3);
        assertFalse(seenBy(home, 2).reachable());
        assertTrue(seenBy(home, 3).reachable());
        network.cut(0, 1, false);
        pass(2);
        assertTrue(seenBy(home, 2).reachable());
    }

    @Test
    void aSiteThatIsCutOffServesOnItsOwnIfThePolicyLetsItAndOnlyUntilTheHomebaseIsBack() {
        apply(OnHomebaseLost.START);
        edge.sessions(2);
        network.cut(0, 1, true);
        pass(10);
        assertInstanceOf(Placement.Serve.class, edge.placement);
        network.cut(0, 1, false);
        pass(3);
        assertInstanceOf(Placement.Relay.class, edge.placement);
    }

    @Test
    void theOperatorsWordReachesEverySiteAndIsKept() {
        other.on(new SiteEvent.SetAvailability(pop(2), Availability.DRAINING));
        pass(2);
        edge.crash(Duration.ofSeconds(1));
        pass(5);
        for (Host host : network.hosts) {
            assertEquals(Availability.DRAINING, seenBy(host, 2).availability());
        }
    }

    @Test
    void whatASiteSaidInItsLifeBeforeIsNotListenedTo() {
        network.cut(0, 1, true);
        for (int sessions = 1; sessions < 100; sessions++) {
            edge.sessions(sessions);
        }
        SyncMessage late = edge.site.messageFor(pop(1), network.now());
        edge.crash(Duration.ofSeconds(1));
        network.cut(0, 1, false);
        edge.sessions = 2;
        pass(5);
        assertEquals(List.of(), home.site.received(late, network.now()));
        edge.sessions(5);
        pass(5);
        assertEquals(
                5, home.site.deployment(SHOP).orElseThrow().reports().get(0).sessions());
    }

    @Test
    void anAssignmentThatWasWrittenAndNotSentIsSentAfterTheRestart() {
        edge.sessions(14);
        pass(8);
        network.cut(0, 1, true);
        pass(3);
        assertTrue(((ShareRecord) home.disk.get("shares shop/pop-2")).migrating());
        assertInstanceOf(Placement.Relay.class, edge.placement);
        home.crash(Duration.ofSeconds(1));
        network.cut(0, 1, false);
        pass(10);
        assertInstanceOf(Placement.Serve.class, edge.placement);
        assertEquals(
                State.COMPLETED,
                home.site.deployment(SHOP).orElseThrow().migrations().get(0).state());
    }

    @Test
    void aSiteThatWasAwayLearnsThatTheApplicationIsGone() {
        network.cut(0, 1, true);
        pass(10);
        home.on(new SiteEvent.Delete(SHOP, Duration.ofSeconds(7)));
        home.crash(Duration.ofSeconds(1));
        pass(10);
        assertInstanceOf(Placement.Relay.class, edge.placement);
        network.cut(0, 1, false);
        pass(3);
        assertEquals(null, edge.placement);
        assertEquals(Optional.empty(), edge.site.homebaseOf(SHOP));
        assertFalse(edge.disk.containsKey("followers shop"));
    }

    @Test
    void whatAHomebaseDoesNotListAnyMoreIsGone() {
        home.disk.clear();
        home.crash(Duration.ofSeconds(1));
        pass(6);
        assertEquals(null, edge.placement);
        assertEquals(Optional.empty(), edge.site.homebaseOf(SHOP));
    }

    @Test
    void aHomebaseThatLostItsDiskIsForgottenAndBelievedAgainWhenItHasTheApplicationAnew() {
        edge.sessions(14);
        pass(20);
        network.cut(0, 1, true);
        home.disk.clear();
        home.crash(Duration.ofSeconds(1));
        pass(10);
        home.execute(home.site.received(other.site.greeting(), network.now()));
        home.on(new SiteEvent.Apply(Given.application("2", Optional.of(Given.policy()))));
        pass(2);
        network.cut(0, 1, false);
        pass(60);
        assertTrue(network.converged());
        assertEquals("2", edge.site.deployment(SHOP).orElseThrow().application().version());
        assertInstanceOf(Placement.Serve.class, edge.placement);
    }

    @Test
    void ofTwoThatWereMadeHomebaseApartOneIsLeft() {
        home.on(new SiteEvent.Delete(SHOP, Duration.ZERO));
        pass(3);
        network.cut(0, 1, true);
        network.cut(1, 2, true);
        network.cut(2, 0, true);
        pass(10);
        home.on(new SiteEvent.Apply(network.version(7)));
        edge.on(new SiteEvent.Apply(network.version(8)));
        pass(3);
        assertInstanceOf(Placement.Homebase.class, edge.placement);
        network.calm();
        pass(5);
        assertTrue(network.converged());
        assertInstanceOf(Placement.Homebase.class, home.placement, "its offer has the higher epoch");
    }

    @Test
    void addressesThatChangeReachThoseWhoRelayThere() {
        List<Endpoint> moved = List.of(new Endpoint("10.0.9.9", 1));
        home.on(new SiteEvent.Addresses(moved, List.of()));
        pass(2);
        assertEquals(moved, ((Placement.Relay) edge.placement).doors());
    }

    @Test
    void nobodySpeaksWithoutEndWhenThereIsNoNews() {
        long before = edge.site.messageFor(pop(1), network.now()).sequence();
        pass(60);
        long messages = edge.site.messageFor(pop(1), network.now()).sequence() - before;
        // A heartbeat a second, and an answer to each of the peer's.
        assertTrue(messages <= 2 * 60 + 2, messages + " messages in a minute");
        assertTrue(messages >= 30, messages + " messages in a minute");
    }
}
