package org.nearzero.orchestrator.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.orchestrator.internal.OrchestratorFixture.failureOf;
import static org.nearzero.orchestrator.internal.OrchestratorFixture.get;
import static org.nearzero.orchestrator.internal.OrchestratorFixture.until;
import static org.nearzero.orchestrator.testing.TestApps.DELAY;
import static org.nearzero.orchestrator.testing.TestApps.DOORS;
import static org.nearzero.orchestrator.testing.TestApps.DRAIN;
import static org.nearzero.orchestrator.testing.TestApps.HOMEBASE;
import static org.nearzero.orchestrator.testing.TestApps.RELAY;
import static org.nearzero.orchestrator.testing.TestApps.SERVE;
import static org.nearzero.orchestrator.testing.TestApps.app;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Cap;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Problem;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.ApplicationStatus.State;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.orchestrator.testing.FakeDriver;
import org.nearzero.orchestrator.testing.MovableClock;

/** What becomes of an application whose part here changes. */
class PlacementTest {
    private static final Routes.Relay TO_HOMEBASE = new Routes.Relay(HOMEBASE, DOORS);

    private final MovableClock clock = new MovableClock();
    private final OrchestratorFixture f = new OrchestratorFixture(clock);

    @AfterEach
    void close() {
        f.close();
    }

    private ApplicationStatus apply(Application application, Placement placement) {
        return get(f.orchestrator.apply(application, placement));
    }

    private void move(Duration by) {
        clock.advance(by);
        f.orchestrator.clockMoved();
        f.settled();
    }

    private void servesOne() {
        apply(app("shop"), SERVE);
        f.ingress.connect("shop", 1);
        f.untilTargets("shop", 1);
        f.settled();
    }

    private void relays() {
        until(() -> f.ingress.routes("shop").otherwise().equals(TO_HOMEBASE));
    }

    @Test
    void relaysWithNothingStartedAndNothingWrong() {
        ApplicationStatus status = apply(app("shop", "acme/shop:1", 10, 2, 4), RELAY);
        f.ingress.connect("shop", 25);
        f.settled();
        assertEquals(RELAY, status.placement());
        assertEquals(State.ZERO, status.state());
        assertEquals("", status.condition());
        assertEquals("0: relayed to homebase hb", status.desired().reason());
        assertEquals(25, f.status("shop").demand().relayed());
        assertEquals(0, f.ingress.waiting("shop"));
        assertEquals(List.of(), f.driver.started);
    }

    @Test
    void whatIsOnlyRelayedNeedsNoDriverNoArtefactAndNoLeave() {
        f.driver.accepts = a -> false;
        f.driver.onPull = a -> FakeDriver.failed(DriverException.Code.IMAGE_NOT_FOUND, "not here");
        f.policy.problems = List.of(new Problem("appRepo.imagePath", "acme/shop:1", "another"));
        assertEquals("", apply(app("shop"), RELAY).condition());
        f.settled();
        assertEquals("", f.status("shop").condition());
        assertTrue(
                failureOf(f.orchestrator.apply(app("shop"), SERVE)).getMessage().contains("operator's policy"));
    }

    @Test
    void whatIsOnlyRelayedNeedsItsRoutesForItself() {
        apply(app("shop"), RELAY);
        Application thief = new Application(
                new AppId("thief"),
                "acme",
                "1",
                app("shop").artefact(),
                List.of(),
                Map.of(),
                8080,
                app("shop").resources(),
                app("shop").policy());
        assertTrue(failureOf(f.orchestrator.apply(thief, RELAY)).getMessage().contains("belongs to application shop"));
    }

    @Test
    void relaysUntilTheFirstInstanceIsReadyAndChangesOverInOneSwap() {
        CompletableFuture<Void> boots = new CompletableFuture<>();
        f.driver.onStart = spec -> boots.thenApply(done -> f.driver.run(spec));
        apply(app("shop"), SERVE);
        assertEquals(5, connectRelayed(5));
        f.untilStarted(1);
        assertEquals(TO_HOMEBASE, f.ingress.routes("shop").otherwise());
        boots.complete(null);
        f.untilTargets("shop", 1);
        f.ingress.connect("shop", 1);
        assertEquals(1, f.ingress.inFlight("shop"));
        assertEquals(5, f.ingress.relayed("shop"), "they go on");
        List<Routes.Otherwise> told =
                f.ingress.history("shop").stream().map(Routes::otherwise).toList();
        assertEquals(List.of(TO_HOMEBASE, new Routes.Park()), told);
    }

    private int connectRelayed(int count) {
        f.ingress.connect("shop", count);
        return f.ingress.relayed("shop");
    }

    @Test
    void relayedConnectionsAreBrokenWhenTheDrainIsOverAndNotBefore() {
        servesOne();
        assertEquals(1, f.ingress.relayed("shop"));
        move(DRAIN.minusMillis(1));
        assertEquals(0, f.ingress.broken("shop"));
        move(Duration.ofMillis(1));
        until(() -> f.ingress.broken("shop") == 1);
        move(DELAY.multipliedBy(10));
        assertEquals(1, f.ingress.broken("shop"), "once");
    }

    @Test
    void nothingIsBrokenWhenTheyHaveEndedByThemselves() {
        servesOne();
        f.ingress.sessions("shop", 1);
        f.ingress.endRelayed("shop", 1);
        move(DRAIN);
        move(DRAIN);
        assertEquals(0, f.ingress.broken("shop"));
        f.untilTargets("shop", 1);
    }

    @Test
    void asLongAsThereAreSessionsOneInstanceStaysAndThenNone() {
        servesOne();
        f.ingress.sessions("shop", 2);
        f.ingress.endRelayed("shop", 1);
        for (int i = 0; i < 5; i++) {
            move(DELAY);
        }
        f.untilTargets("shop", 1);
        assertEquals(
                "1 needed (counting 1 connection for 2 sessions here)",
                f.status("shop").desired().reason());
        f.ingress.sessions("shop", 0);
        move(Duration.ofSeconds(1)); // nobody tells that a session has ended
        f.untilTargets("shop", 0);
        relays();
        until(() -> f.driver.engine.instances.isEmpty());
    }

    @Test
    void aRelayedConnectionThatNobodyToldOfStartsAnInstance() {
        apply(app("shop"), SERVE);
        f.ingress.sessions("shop", 1);
        move(Duration.ofSeconds(1));
        f.untilTargets("shop", 1);
    }

    @Test
    void theOperatorsCapsWinOverSessions() {
        f.policy.set(new OperatorPolicy(
                Cap.UNLIMITED, Cap.UNLIMITED, new Cap(0, Long.MAX_VALUE, Long.MAX_VALUE), List.of()));
        apply(app("shop"), SERVE);
        f.ingress.sessions("shop", 3);
        f.ingress.connect("shop", 3);
        f.settled();
        assertEquals(List.of(), f.driver.started);
        assertTrue(f.status("shop").desired().capped());
        assertEquals(3, f.ingress.relayed("shop"));
    }

    @Test
    void whenTheLastInstanceDiesItIsRelayedAgainAtOnce() {
        servesOne();
        f.driver.onStart = spec -> new CompletableFuture<>();
        f.driver.crash(f.targets("shop").get(0), "exit code 137");
        relays();
        assertEquals(2, connectRelayed(1));
        long between = f.ingress.history("shop").stream()
                .filter(r -> r.targets().isEmpty() && !(r.otherwise() instanceof Routes.Relay))
                .count();
        assertEquals(0, between);
        move(DRAIN.multipliedBy(2));
        assertEquals(0, f.ingress.broken("shop"), "there is nowhere else for them to go");
    }

    @Test
    void startsThatFailAreBackedOffFromAndTheRelayStays() {
        f.driver.onStart = spec -> FakeDriver.failed(DriverException.Code.INTERNAL, "the engine says no");
        apply(app("shop"), SERVE);
        f.ingress.connect("shop", 3);
        f.untilStarted(1);
        until(() -> f.status("shop").state() == State.FAILING);
        f.ingress.connect("shop", 1);
        f.settled();
        assertEquals(1, f.driver.started.size());
        assertTrue(f.status("shop").condition().contains("the engine says no"));
        assertEquals(4, f.ingress.relayed("shop"));
        assertEquals(0, f.ingress.refused("shop"));
        apply(app("shop"), new Placement.Serve(HOMEBASE, DOORS, DRAIN.plusSeconds(1)));
        f.settled();
        assertEquals(1, f.driver.started.size(), "another drain is no reason to try again");
        apply(app("shop"), RELAY);
        assertEquals("", f.status("shop").condition());
        assertEquals(State.ZERO, f.status("shop").state());
    }

    @Test
    void aRefusedServeLeavesTheRelayInForce() {
        apply(app("shop"), RELAY);
        f.driver.onPull = a -> FakeDriver.failed(DriverException.Code.IMAGE_NOT_FOUND, "not here");
        assertTrue(
                failureOf(f.orchestrator.apply(app("shop"), SERVE)).getMessage().contains("not here"));
        f.ingress.connect("shop", 2);
        f.settled();
        assertEquals(2, f.ingress.relayed("shop"));
        assertEquals(RELAY, f.status("shop").placement());
        assertEquals(List.of(), f.driver.started);
    }

    @Test
    void whatIsRelayedAgainDrainsTheEmptyAtOnceTheOthersAtTheLimit() {
        apply(app("shop"), Placement.HOMEBASE);
        f.ingress.connect("shop", 11);
        f.untilTargets("shop", 2);
        AppInstanceId loaded = f.targets("shop").get(0);
        AppInstanceId empty = f.targets("shop").get(1);
        f.ingress.release("shop", Optional.of(empty), 1);
        apply(app("shop"), RELAY);
        until(() -> f.driver.stopped.contains(empty));
        Routes.Target draining = f.ingress.routes("shop").targets().get(0);
        assertEquals(Routes.Admission.DRAINING, draining.admission());
        assertEquals(1, connectRelayed(1));
        CompletableFuture<Void> stops = new CompletableFuture<>();
        f.driver.onStop = id -> stops;
        apply(app("shop"), new Placement.Relay(HOMEBASE, List.of(new Endpoint("127.0.0.1", 9444)), DRAIN));
        move(DRAIN.minusMillis(1));
        assertEquals(List.of(empty), f.driver.stopped);
        move(Duration.ofMillis(1));
        until(() -> f.driver.stopped.contains(loaded));
        assertEquals(
                "relayed to homebase hb, drain limit reached",
                f.status("shop").instances().get(0).reason());
        stops.complete(null);
    }

    @Test
    void aChangeOfPlacementAloneAsksNobodyAndStopsNothing() {
        servesOne();
        f.driver.accepts = a -> {
            throw new IllegalStateException("asked");
        };
        f.driver.onPull = a -> FakeDriver.failed(DriverException.Code.IMAGE_NOT_FOUND, "the registry is away");
        List<AppInstanceId> before = f.targets("shop");
        assertEquals(Placement.HOMEBASE, apply(app("shop"), Placement.HOMEBASE).placement());
        apply(app("shop"), SERVE);
        assertEquals(before, f.targets("shop"));
        assertEquals(1, f.driver.started.size());
        assertEquals(List.of(), f.driver.stopped);
    }

    @Test
    void withNoDoorKnownItIsRefusedForAWhileAndRelayedOnceThereIsOne() {
        apply(app("shop"), new Placement.Relay(HOMEBASE, List.of(), DRAIN));
        Routes.Refuse refuse =
                assertInstanceOf(Routes.Refuse.class, f.ingress.routes("shop").otherwise());
        assertEquals("homebase hb: no door known yet", refuse.reason());
        assertTrue(refuse.retryAt().isAfter(clock.instant()));
        assertEquals(refuse.reason(), f.status("shop").condition());
        assertEquals(2, f.ingress.connect("shop", 2));
        move(Duration.ofSeconds(2));
        f.ingress.connect("shop", 1); // waits, and is answered at once
        until(() -> f.ingress.refused("shop") == 3);
        apply(app("shop"), RELAY);
        assertEquals(1, connectRelayed(1));
    }

    @Test
    void aDecisionThatTakesLongDoesNotHoldUpTheRelayAndStartsNothingAfterIt() {
        apply(app("shop"), Placement.HOMEBASE);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        f.policy.gate = gate;
        f.ingress.connect("shop", 5);
        f.settled();
        assertEquals(
                "0: relayed to homebase hb", apply(app("shop"), RELAY).desired().reason());
        gate.complete(null);
        f.settled();
        assertEquals(List.of(), f.driver.started);
        assertEquals(5, f.ingress.relayed("shop"));
    }

    @Test
    void aHandOverWhoseCheckWasOvertakenByALaterOneDoesNotComeIntoForce() {
        apply(app("shop"), RELAY);
        CompletableFuture<Void> pulls = new CompletableFuture<>();
        f.driver.onPull = a -> pulls;
        var serve = f.orchestrator.apply(app("shop"), SERVE);
        apply(app("shop"), RELAY);
        pulls.complete(null);
        assertTrue(failureOf(serve).getMessage().contains("handed over anew"));
        assertEquals(RELAY, f.status("shop").placement());
    }

    @Test
    void listenersHearOfAnotherPlacementThoughNothingElseChanges() {
        List<Placement> heard = new CopyOnWriteArrayList<>();
        apply(app("shop"), RELAY);
        f.orchestrator.watch(status -> heard.add(status.placement()));
        Placement moved = new Placement.Relay(HOMEBASE, DOORS, DRAIN.plusSeconds(1));
        apply(app("shop"), moved);
        until(() -> heard.contains(moved));
    }

    @Test
    void isDeletedWhileItServesAndRelaysOnceBothAreOver() {
        servesOne();
        f.ingress.connect("shop", 1);
        var deleted = f.orchestrator.delete(new AppId("shop"), DRAIN);
        f.ingress.release("shop", Optional.empty(), 1);
        until(() -> f.driver.engine.instances.isEmpty());
        move(DRAIN.minusMillis(1));
        assertEquals(0, f.ingress.broken("shop"));
        assertFalse(deleted.toCompletableFuture().isDone());
        move(Duration.ofMillis(1));
        get(deleted);
        assertEquals(1, f.ingress.broken("shop"));
    }

    @Test
    void isDeletedAtOnceWhereNothingIsRelayedAnyMore() {
        apply(app("shop"), RELAY);
        f.ingress.connect("shop", 1);
        f.ingress.endRelayed("shop", 1);
        get(f.orchestrator.delete(new AppId("shop"), DRAIN));
        assertEquals(0, f.ingress.broken("shop"));
        apply(app("shop"), Placement.HOMEBASE);
    }
}
