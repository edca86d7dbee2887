package org.nearzero.orchestrator.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.orchestrator.internal.OrchestratorFixture.POP;
import static org.nearzero.orchestrator.internal.OrchestratorFixture.failureOf;
import static org.nearzero.orchestrator.internal.OrchestratorFixture.get;
import static org.nearzero.orchestrator.internal.OrchestratorFixture.until;
import static org.nearzero.orchestrator.testing.TestApps.app;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Cap;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Problem;
import org.nearzero.api.orchestrator.ApplicationStatus.State;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.orchestrator.testing.FakeDriver;
import org.nearzero.orchestrator.testing.FakeIngress;
import org.nearzero.orchestrator.testing.MovableClock;
import org.nearzero.orchestrator.testing.TestApps;

class EventLoopOrchestratorTest {
    private OrchestratorFixture f = new OrchestratorFixture();

    @AfterEach
    void close() {
        f.close();
    }

    private MovableClock movable() {
        f.close();
        MovableClock clock = new MovableClock();
        f = new OrchestratorFixture(clock);
        return clock;
    }

    private void move(MovableClock clock, Duration by) {
        clock.advance(by);
        f.orchestrator.clockMoved();
    }

    @Test
    void servesTheFirstConnectionFromZero() {
        assertEquals(State.ZERO, f.apply(app("shop")).state());
        assertEquals(0, f.driver.started.size());
        f.ingress.connect("shop", 1);
        until(() -> f.ingress.inFlight("shop") == 1);
        until(() -> f.status("shop").state() == State.SERVING);
        assertEquals(1, f.driver.started.size());
        assertEquals(0, f.ingress.refused("shop"));
    }

    @Test
    void startsExactlyWhatABurstFromZeroNeeds() {
        f.apply(app("shop"));
        f.ingress.connect("shop", 45);
        until(() -> f.ingress.inFlight("shop") == 45);
        f.settled();
        assertEquals(5, f.driver.started.size());
    }

    @Test
    void startsNoMoreWhileASlowOneBoots() {
        CompletableFuture<Void> boots = new CompletableFuture<>();
        f.driver.onStart = spec -> boots.thenApply(done -> f.driver.run(spec));
        f.apply(app("shop"));
        for (int i = 0; i < 10; i++) {
            f.ingress.connect("shop", 1);
            f.settled();
        }
        assertEquals(1, f.driver.started.size());
        assertEquals(State.STARTING, f.status("shop").state());
        boots.complete(null);
        until(() -> f.ingress.inFlight("shop") == 10);
        assertEquals(1, f.driver.started.size());
    }

    @Test
    void keepsTheMinimumWithNobodyThere() {
        f.apply(app("shop", "acme/shop:1", 10, 2, 4));
        f.untilTargets("shop", 2);
    }

    @Test
    void goesToZeroExactlyWhenTheDelayIsOver() {
        MovableClock clock = movable();
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        until(() -> f.ingress.inFlight("shop") == 1);
        f.ingress.release("shop", Optional.empty(), 1);
        f.settled();
        move(clock, TestApps.DELAY.minusMillis(1));
        f.settled();
        assertEquals(1, f.ingress.routes("shop").targets().size());
        move(clock, Duration.ofMillis(1));
        f.untilTargets("shop", 0);
        until(() -> f.driver.engine.instances.isEmpty());
        assertInstanceOf(Routes.Park.class, f.ingress.routes("shop").otherwise());
        until(() -> f.status("shop").state() == State.ZERO);
    }

    @Test
    void aStatusCountsAnewEvenWhenNothingElseHappens() {
        f.apply(app("shop"));
        f.ingress.sessions("shop", 7);
        assertEquals(7, f.status("shop").demand().sessions(), "at zero");
        f.ingress.connect("shop", 3);
        until(() -> f.status("shop").state() == State.SERVING);
        f.ingress.release("shop", Optional.empty(), 2);
        f.ingress.sessions("shop", 1);
        assertEquals(1, f.status("shop").demand().inFlight());
        assertEquals(1, f.orchestrator.statuses().get(0).demand().sessions());
    }

    @Test
    void askingForAStatusDoesNotTakeThePeakFromTheDecision() {
        MovableClock clock = movable();
        f.apply(app("shop"));
        f.ingress.connect("shop", 15);
        f.untilTargets("shop", 2);
        f.ingress.release("shop", Optional.empty(), 15);
        f.status("shop");
        f.settled();
        move(clock, TestApps.DELAY.minusMillis(1));
        f.settled();
        assertEquals(2, f.targets("shop").size());
    }

    @Test
    void refusesWithTheReasonAndBacksOffExponentially() {
        MovableClock clock = movable();
        f.driver.onStart = spec -> FakeDriver.failed(DriverException.Code.INTERNAL, "the engine says no");
        f.apply(app("shop"));
        Duration[] delays = {Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1)};
        for (int round = 0; round < delays.length; round++) {
            f.ingress.connect("shop", 3);
            int soFar = round + 1;
            f.untilStarted(soFar);
            until(() -> f.status("shop").state() == State.FAILING
                    && f.ingress.routes("shop").otherwise() instanceof Routes.Refuse refuse
                    && refuse.retryAt().isAfter(clock.instant()));
            Routes.Refuse refuse = (Routes.Refuse) f.ingress.routes("shop").otherwise();
            assertEquals("the engine says no", refuse.reason());
            assertEquals(clock.instant().plus(delays[round]), refuse.retryAt());
            assertEquals(0, f.ingress.waiting("shop"), "those who wait are answered at once");
            assertEquals(2, f.ingress.connect("shop", 2));
            assertTrue(f.status("shop").condition().contains("the engine says no"));
            move(clock, delays[round].minusNanos(1_000));
            f.settled();
            assertEquals(soFar, f.driver.started.size());
            move(clock, Duration.ofNanos(1_000));
        }
        f.driver.onStart = spec -> CompletableFuture.completedFuture(f.driver.run(spec));
        f.ingress.connect("shop", 1);
        until(() -> f.ingress.inFlight("shop") == 1);
    }

    @Test
    void anInstanceThatServedAndWasRetiredEndsTheBackOffHoweverShortItsLife() {
        MovableClock clock = movable();
        failOnce();
        move(clock, Duration.ofMillis(250));
        f.ingress.connect("shop", 1);
        f.untilTargets("shop", 1);
        assertTrue(f.status("shop").condition().contains("the engine says no"));
        f.ingress.release("shop", Optional.empty(), 1);
        f.settled();
        move(clock, TestApps.DELAY); // shorter than stableAfter
        f.untilTargets("shop", 0);
        until(() -> f.status("shop").condition().isEmpty());
    }

    @Test
    void failuresAreForgottenTenMinutesAfterTheLast() {
        MovableClock clock = movable();
        failOnce();
        move(clock, Duration.ofMillis(250).plus(Duration.ofMinutes(10)).minusNanos(1_000));
        f.settled();
        assertTrue(f.status("shop").condition().contains("the engine says no"));
        move(clock, Duration.ofNanos(1_000));
        until(() -> f.status("shop").condition().isEmpty());
    }

    private void failOnce() {
        f.driver.onStart = spec -> FakeDriver.failed(DriverException.Code.INTERNAL, "the engine says no");
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        until(() -> f.status("shop").retryAt().isPresent());
        f.settled();
        f.driver.onStart = spec -> CompletableFuture.completedFuture(f.driver.run(spec));
    }

    @Test
    void aReapplyResetsTheBackOff() {
        MovableClock clock = movable();
        f.driver.onStart = spec -> FakeDriver.failed(DriverException.Code.UNSUPPORTED, "cannot");
        f.apply(app("shop", "acme/shop:1", 10, 1, 4));
        until(() -> f.status("shop").retryAt().isPresent());
        assertEquals(clock.instant().plusSeconds(30), f.status("shop").retryAt().get());
        f.driver.onStart = spec -> CompletableFuture.completedFuture(f.driver.run(spec));
        f.apply(app("shop", "acme/shop:2", 10, 1, 4));
        f.untilTargets("shop", 1);
    }

    @Test
    void givesUpOneThatIsNotReadyByTheDeadlineAndStopsIt() {
        MovableClock clock = movable();
        f.driver.onStart = spec -> CompletableFuture.completedFuture(f.driver.runDeaf(spec));
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        until(() -> f.driver.engine.instances.size() == 1);
        f.settled();
        move(clock, TestApps.STARTUP);
        until(() -> f.driver.engine.instances.isEmpty());
        Routes.Refuse refuse = (Routes.Refuse) f.ingress.routes("shop").otherwise();
        assertTrue(refuse.reason().contains("did not become ready within 20s"), refuse.reason());
        assertEquals(1, f.ingress.refused("shop"));
    }

    @Test
    void stopsAStartThatCompletesAfterItWasGivenUp() {
        MovableClock clock = movable();
        CompletableFuture<Void> late = new CompletableFuture<>();
        f.driver.onStart = spec -> late.thenApply(done -> f.driver.run(spec));
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        f.untilStarted(1);
        f.settled();
        move(clock, TestApps.STARTUP);
        until(() -> f.driver.stopped.size() == 1 && f.status("shop").instances().isEmpty());
        late.complete(null);
        until(() -> f.driver.stopped.size() >= 2 && f.driver.engine.instances.isEmpty());
        assertTrue(f.targets("shop").isEmpty());
    }

    @Test
    void replacesAnInstanceThatCrashedAndTakesItOutOfTheRoutesAtOnce() {
        MovableClock clock = movable();
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        f.untilTargets("shop", 1);
        AppInstanceId first = f.targets("shop").get(0);
        move(clock, Duration.ofSeconds(10)); // it has shown that it can stay up
        f.settled();
        f.ingress.cut(new AppId("shop"), first);
        f.driver.crash(first, "exit code 137");
        until(() -> !f.targets("shop").contains(first) && f.driver.stopped.contains(first));
        f.ingress.connect("shop", 1);
        until(() -> f.ingress.inFlight("shop") == 1);
        assertEquals(2, f.driver.started.size());
    }

    @Test
    void oneThatCrashesSoonAfterItWasReadyCountsAsAFailedStart() {
        MovableClock clock = movable();
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        f.untilTargets("shop", 1);
        move(clock, Duration.ofMillis(9_999));
        f.settled();
        AppInstanceId first = f.targets("shop").get(0);
        f.ingress.cut(new AppId("shop"), first);
        f.driver.crash(first, "exit code 1, panic: no database");
        until(() -> f.ingress.routes("shop").otherwise() instanceof Routes.Refuse);
        until(() -> f.status("shop").condition().contains("panic: no database"));
        assertEquals(1, f.ingress.connect("shop", 1));
    }

    @Test
    void aDriverThatHangsHurtsOnlyItsOwnApplications() {
        movable(); // its starts are never late, however long the rest takes
        CountDownLatch never = new CountDownLatch(1);
        FakeDriver hung = new FakeDriver("hung");
        hung.accepts = a -> a.artefact().imagePath().startsWith("hung/");
        hung.onStart = spec -> {
            FakeDriver.block(never);
            return FakeDriver.failed(DriverException.Code.INTERNAL, "never mind");
        };
        f.orchestrator.addDriver(hung, 10);
        for (int i = 0; i < 9; i++) { // one more than the driver has threads
            f.apply(app("hung" + i, "hung/app:1", 10, 0, 4));
            f.ingress.connect("hung" + i, 1);
        }
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        until(() -> f.ingress.inFlight("shop") == 1);
        assertEquals(State.STARTING, f.status("hung0").state());
        never.countDown();
    }

    @Test
    void survivesADriverThatThrowsAndLies() {
        f.driver.onStart = spec -> {
            throw new IllegalStateException("boom");
        };
        f.apply(app("thrower"));
        f.ingress.connect("thrower", 1);
        until(() -> f.status("thrower").condition().contains("boom"));
        f.driver.onStart = spec -> CompletableFuture.completedFuture(null);
        f.apply(app("liar"));
        f.ingress.connect("liar", 1);
        until(() -> f.status("liar").condition().contains("with nothing"));
        f.driver.onStart = spec -> CompletableFuture.completedFuture(f.driver.run(spec));
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        until(() -> f.ingress.inFlight("shop") == 1);
    }

    @Test
    void adoptsWhatRunsAfterARestartAndStartsNothingTwice() {
        f.apply(app("shop"));
        f.ingress.connect("shop", 15);
        f.untilTargets("shop", 2);
        List<AppInstanceId> before = f.targets("shop");
        FakeDriver.Engine engine = f.driver.engine;
        FakeIngress ingress = f.ingress;
        f.orchestrator.close();
        FakeDriver driver = new FakeDriver("fake", engine);
        f = new OrchestratorFixture(OrchestratorSettings.of(POP), Clock.systemUTC(), driver, ingress);
        f.apply(app("shop"));
        until(() -> f.status("shop").instances().stream()
                        .filter(i -> i.status() == AppInstanceStatus.READY)
                        .count()
                == 2);
        f.untilTargets("shop", 2);
        assertEquals(List.of(), driver.started);
        assertTrue(before.containsAll(f.targets("shop")));
        assertEquals(15, f.ingress.inFlight("shop"));
    }

    @Test
    void keepsWhatItAdoptedForTheDelayOfThePolicyWithNobodyThere() {
        MovableClock clock = movable();
        f.apply(app("shop"));
        f.ingress.connect("shop", 15);
        f.untilTargets("shop", 2);
        List<AppInstanceId> before = f.targets("shop");
        FakeDriver.Engine engine = f.driver.engine;
        f.orchestrator.close();
        move(clock, Duration.ofHours(1)); // long after any stabilization window
        f = new OrchestratorFixture(OrchestratorSettings.of(POP), clock, new FakeDriver("fake", engine));
        f.apply(app("shop"));
        f.untilTargets("shop", 2);
        f.settled();
        move(clock, TestApps.DELAY.minusMillis(1));
        f.settled();
        assertEquals(Set.copyOf(before), Set.copyOf(f.targets("shop")));
        move(clock, Duration.ofMillis(1));
        f.untilTargets("shop", 0);
    }

    @Test
    void stopsInstancesOfUnknownApplicationsOnlyAfterTheGrace() {
        f.close();
        FakeDriver.Engine engine = new FakeDriver.Engine();
        FakeDriver before = new FakeDriver("fake", engine);
        AppInstanceId orphan = new AppInstanceId("ghost.abc");
        before.run(new InstanceSpec(orphan, POP, "g", app("ghost"), Duration.ZERO));
        MovableClock clock = new MovableClock();
        clock.set(Instant.now().plus(Duration.ofHours(1))); // what the fake runs was created before
        f = new OrchestratorFixture(OrchestratorSettings.of(POP), clock, new FakeDriver("fake", engine));
        f.apply(app("shop", "acme/shop:1", 10, 1, 4)); // once this runs, the list has been read
        f.untilTargets("shop", 1);
        move(clock, Duration.ofSeconds(29));
        f.settled();
        assertTrue(engine.instances.containsKey(orphan));
        move(clock, Duration.ofSeconds(1));
        until(() -> !engine.instances.containsKey(orphan));
        assertEquals(1, f.targets("shop").size());
    }

    @Test
    void rollsOutANewVersionWithoutAGap() {
        f.apply(app("shop", "acme/shop:1", 10, 0, 4));
        f.ingress.connect("shop", 12);
        f.untilTargets("shop", 2);
        List<AppInstanceId> old = f.targets("shop");
        int seen = f.ingress.history("shop").size();
        f.apply(app("shop", "acme/shop:2", 10, 0, 4));
        until(() -> f.targets("shop").size() == 4
                && f.ingress.routes("shop").targets().stream()
                        .filter(t -> old.contains(t.appInstanceId()))
                        .allMatch(t -> t.admission() == Routes.Admission.DRAINING));
        assertEquals(12, f.ingress.inFlight("shop"), "nothing in flight is cut");
        List<Routes> history = f.ingress.history("shop");
        for (Routes routes : history.subList(seen, history.size())) {
            assertTrue(
                    routes.targets().stream()
                                    .filter(t -> t.admission() == Routes.Admission.OPEN)
                                    .count()
                            >= 2,
                    () -> "a gap: " + routes);
        }
        old.forEach(id -> f.ingress.release("shop", Optional.of(id), 10));
        until(() -> f.targets("shop").stream().noneMatch(old::contains));
        until(() -> f.driver.stopped.containsAll(old));
        assertEquals(4, f.driver.started.size());
        assertNotEquals(
                f.driver.started.get(0).generation(), f.driver.started.get(3).generation());
    }

    @Test
    void deletesOnceTheLastConnectionHasEnded() {
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        f.untilTargets("shop", 1);
        CompletionStage<Void> deleted = f.orchestrator.delete(new AppId("shop"), Duration.ofMinutes(5));
        until(() -> !f.ingress.known("shop"));
        assertFalse(deleted.toCompletableFuture().isDone());
        assertEquals(1, f.driver.engine.instances.size());
        assertEquals(
                RefusedException.Code.INCOMPATIBLE_STATE,
                ((RefusedException) failureOf(f.orchestrator.apply(app("shop")))).code());
        f.ingress.release("shop", Optional.empty(), 1);
        get(deleted);
        assertTrue(f.driver.engine.instances.isEmpty());
        assertTrue(f.orchestrator.status(new AppId("shop")).isEmpty());
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        until(() -> f.ingress.inFlight("shop") == 1);
    }

    @Test
    void deletesWhateverIsInFlightAtTheEndOfTheDrain() {
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        f.untilTargets("shop", 1);
        get(f.orchestrator.delete(new AppId("shop"), Duration.ofMillis(20)));
        assertTrue(f.driver.engine.instances.isEmpty());
        assertEquals(
                RefusedException.Code.NOT_FOUND,
                ((RefusedException) failureOf(f.orchestrator.delete(new AppId("shop"), Duration.ZERO))).code());
    }

    @Test
    void givesACappedApplicationItsTurnWhenRoomIsFreed() {
        f.policy.set(new OperatorPolicy(Cap.UNLIMITED, Cap.UNLIMITED, new Cap(1, 1_000, 1L << 40), List.of()));
        f.apply(app("first"));
        f.apply(app("second"));
        f.ingress.connect("first", 1);
        until(() -> f.ingress.inFlight("first") == 1);
        f.ingress.connect("second", 1);
        until(() -> f.status("second").desired().capped());
        assertEquals(1, f.ingress.waiting("second"));
        get(f.orchestrator.delete(new AppId("first"), Duration.ZERO));
        until(() -> f.ingress.inFlight("second") == 1);
        assertEquals(1, f.driver.mostAtOnce.get());
    }

    @Test
    void oneThatFailedTakesItsPlaceUntilItsProcessHasEnded() {
        MovableClock clock = movable();
        f.policy.set(new OperatorPolicy(Cap.UNLIMITED, Cap.UNLIMITED, new Cap(1, 1_000, 1L << 40), List.of()));
        CompletableFuture<Void> grace = new CompletableFuture<>();
        f.driver.onStart = spec -> CompletableFuture.completedFuture(f.driver.runDeaf(spec));
        f.driver.onStop = id -> grace.thenRun(() -> f.driver.end(id));
        f.apply(app("shop", "acme/shop:1", 10, 1, 4));
        f.untilStarted(1);
        f.settled();
        move(clock, TestApps.STARTUP);
        until(() -> f.driver.stopped.size() == 1);
        move(clock, Duration.ofMillis(250)); // the back-off is over, the process is not
        f.settled();
        assertEquals(1, f.driver.started.size());

        f.driver.onStart = spec -> CompletableFuture.completedFuture(f.driver.run(spec));
        grace.complete(null);
        f.untilTargets("shop", 1);
        assertEquals(1, f.driver.mostAtOnce.get());
    }

    @Test
    void oneThatExitedTakesNoPlaceThoughItIsNotRemovedYet() {
        MovableClock clock = movable();
        f.policy.set(new OperatorPolicy(Cap.UNLIMITED, Cap.UNLIMITED, new Cap(1, 1_000, 1L << 40), List.of()));
        f.driver.onStop = id -> new CompletableFuture<>();
        f.apply(app("shop", "acme/shop:1", 10, 1, 4));
        f.untilTargets("shop", 1);
        AppInstanceId first = f.targets("shop").get(0);
        move(clock, Duration.ofSeconds(10)); // it has shown that it can stay up
        f.settled();
        f.driver.crash(first, "exit code 137");
        until(() -> f.targets("shop").size() == 1 && !f.targets("shop").contains(first));
        f.settled();
        assertEquals(List.of(first), f.driver.stopped);
    }

    @Test
    void decidesAgainWhenTheOperatorsPolicyChanges() {
        Cap none = new Cap(0, 0, 0);
        f.policy.set(new OperatorPolicy(none, Cap.UNLIMITED, Cap.UNLIMITED, List.of()));
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        until(() -> f.status("shop").desired().capped());
        assertEquals(0, f.driver.started.size());
        f.policy.set(OperatorPolicy.UNLIMITED);
        until(() -> f.ingress.inFlight("shop") == 1);
    }

    @Test
    void hasAtMostOneDecisionUnderWayAndDecidesAgainOnWhatCameMeanwhile() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        f.apply(app("shop"));
        f.policy.gate = gate;
        f.ingress.connect("shop", 5);
        f.settled();
        f.ingress.connect("shop", 30);
        f.settled();
        assertEquals(0, f.driver.started.size());
        gate.complete(null);
        until(() -> f.ingress.inFlight("shop") == 35);
        assertEquals(4, f.driver.started.size());
    }

    @Test
    void keepsTheRoutesOfAnEngineThatIsAwayAndFindsItsInstancesAgain() {
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        f.untilTargets("shop", 1);
        f.driver.unavailable("socket closed");
        until(() -> f.status("shop").instances().get(0).status() == AppInstanceStatus.UNKNOWN);
        assertEquals(1, f.targets("shop").size());
        assertEquals(State.SERVING, f.status("shop").state());
        assertTrue(f.status("shop").condition().contains("socket closed"));
        f.driver.resync();
        until(() -> f.status("shop").instances().get(0).status() == AppInstanceStatus.READY);
        assertEquals("", f.status("shop").condition());
        assertEquals(1, f.driver.started.size());
    }

    @Test
    void findsOutThroughAResyncWhatHasDiedMeanwhile() {
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        f.untilTargets("shop", 1);
        AppInstanceId gone = f.targets("shop").get(0);
        f.driver.unavailable("restarting");
        f.settled();
        f.ingress.cut(new AppId("shop"), gone);
        f.driver.engine.instances.remove(gone);
        f.driver.resync();
        until(() -> !f.targets("shop").contains(gone));
    }

    @Test
    void aReplacementOfADriverAdoptsWhatItsPredecessorRan() {
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        f.untilTargets("shop", 1);
        f.orchestrator.removeDriver(f.driver);
        until(() -> f.status("shop").condition().contains("no registered driver"));
        assertEquals(1, f.targets("shop").size(), "keeps serving");
        FakeDriver next = new FakeDriver("fake", f.driver.engine);
        f.orchestrator.addDriver(next, 0);
        until(() -> f.status("shop").condition().isEmpty()
                && f.status("shop").instances().get(0).status() == AppInstanceStatus.READY);
        assertEquals(List.of(), next.started);
        assertEquals(1, f.ingress.inFlight("shop"));
    }

    @Test
    void aBetterDriverTakesOverMakeBeforeBreak() {
        movable(); // the new one is not given up before it was seen
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        f.untilTargets("shop", 1);
        AppInstanceId old = f.targets("shop").get(0);
        FakeDriver better = new FakeDriver("better");
        f.orchestrator.addDriver(better, 100);
        until(() -> better.started.size() == 1 && f.targets("shop").size() == 2);
        f.ingress.release("shop", Optional.of(old), 1);
        until(() -> f.driver.stopped.contains(old));
        f.untilTargets("shop", 1);
        better.close();
    }

    @Test
    void oneFailedDialCostsAnInstanceNothing() {
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        f.untilTargets("shop", 1);
        f.ingress.suspect("shop", f.targets("shop").get(0));
        f.settled();
        assertEquals(1, f.targets("shop").size());
        assertEquals(0, f.driver.stopped.size());
    }

    @Test
    void aSuspectThatAcceptsNoMoreIsReplaced() {
        MovableClock clock = movable();
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        f.untilTargets("shop", 1);
        AppInstanceId deaf = f.targets("shop").get(0);
        f.driver.deafen(deaf);
        f.ingress.cut(new AppId("shop"), deaf);
        f.ingress.suspect("shop", deaf);
        f.settled();
        assertEquals(List.of(deaf), f.targets("shop"), "not on one failed dial");
        move(clock, Duration.ofSeconds(3));
        until(() -> !f.targets("shop").contains(deaf) && f.driver.stopped.contains(deaf));
    }

    @Test
    void refusesWhatNoDriverAcceptsAndNamesThem() {
        f.driver.accepts = a -> false;
        RefusedException refused = (RefusedException) failureOf(f.orchestrator.apply(app("shop")));
        assertEquals(RefusedException.Code.FAILED_PRECONDITION, refused.code());
        assertTrue(refused.getMessage().contains("acme/shop:1"), refused.getMessage());
        assertTrue(refused.getMessage().contains("registered: fake"), refused.getMessage());
        assertTrue(f.orchestrator.statuses().isEmpty());
    }

    @Test
    void refusesARouteThatAnotherApplicationHas() {
        f.apply(app("shop"));
        var taken = new org.nearzero.api.model.Application(
                new AppId("other"),
                "acme",
                "1",
                app("other").artefact(),
                List.of(),
                java.util.Map.of(),
                80,
                app("other").resources(),
                app("shop").policy());
        RefusedException refused = (RefusedException) failureOf(f.orchestrator.apply(taken));
        assertEquals(RefusedException.Code.ALREADY_EXISTS, refused.code());
        assertTrue(refused.getMessage().contains("belongs to application shop"), refused.getMessage());
    }

    @Test
    void refusesWhatTheOperatorForbidsWithEveryProblem() {
        f.policy.problems =
                List.of(new Problem("imagePath", "x", "one of acme/*"), new Problem("minInstances", "9", "0 to 2"));
        RefusedException refused = (RefusedException) failureOf(f.orchestrator.apply(app("shop")));
        assertEquals(RefusedException.Code.PERMISSION_DENIED, refused.code());
        assertTrue(
                refused.getMessage().contains("acme/*") && refused.getMessage().contains("0 to 2"));
    }

    @Test
    void refusesAnArtefactThatDoesNotExistAndTakesOneThatCannotBeChecked() {
        f.driver.onPull = a -> FakeDriver.failed(DriverException.Code.IMAGE_NOT_FOUND, "no such image on the engine");
        InvalidInputException invalid = (InvalidInputException) failureOf(f.orchestrator.apply(app("shop")));
        assertEquals("appRepo.imagePath", invalid.problems().get(0).field());
        assertTrue(invalid.getMessage().contains("no such image on the engine"));
        f.driver.onPull = a -> FakeDriver.failed(DriverException.Code.ENGINE_UNAVAILABLE, "engine is away");
        assertTrue(f.apply(app("shop")).condition().contains("engine is away"));
    }

    @Test
    void retriesAStopThatFailedUntilNothingIsLeft() {
        MovableClock clock = movable();
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        f.untilTargets("shop", 1);
        f.driver.onStop = id -> FakeDriver.failed(DriverException.Code.INTERNAL, "busy");
        CompletionStage<Void> deleted = f.orchestrator.delete(new AppId("shop"), Duration.ZERO);
        until(() -> f.status("shop").condition().contains("busy"));
        f.driver.onStop = id -> {
            f.driver.end(id);
            return CompletableFuture.completedFuture(null);
        };
        move(clock, Duration.ofSeconds(1));
        get(deleted);
    }

    @Test
    void anApplicationWhoseDriverHasLeftCanBeDeletedAndItsInstanceGoesWhenTheDriverIsBack() {
        MovableClock clock = movable();
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        f.untilTargets("shop", 1);
        f.orchestrator.removeDriver(f.driver);
        CompletionStage<Void> deleted = f.orchestrator.delete(new AppId("shop"), Duration.ofSeconds(10));
        f.settled();
        assertFalse(deleted.toCompletableFuture().isDone(), "it may be back before the drain is over");
        move(clock, Duration.ofSeconds(10));
        get(deleted);
        assertEquals(1, f.driver.engine.instances.size());
        FakeDriver next = new FakeDriver("fake", f.driver.engine);
        f.orchestrator.addDriver(next, 0);
        until(() -> f.driver.engine.instances.isEmpty());
    }

    @Test
    void aDriverThatDoesNotAnswerInTimeIsNoReasonToSayThatNoneAccepts() {
        CountDownLatch never = new CountDownLatch(1);
        f.apply(app("shop"));
        f.driver.accepts = a -> {
            FakeDriver.block(never);
            return true;
        };
        RefusedException busy = (RefusedException) failureOf(f.orchestrator.apply(app("cart")));
        assertEquals(RefusedException.Code.UNAVAILABLE, busy.code());
        assertTrue(busy.getMessage().contains("fake"), busy.getMessage());
        assertEquals(
                "acme/shop:2",
                f.apply(app("shop", "acme/shop:2", 10, 0, 8))
                        .application()
                        .artefact()
                        .imagePath());
        never.countDown();
    }

    @Test
    void leavesInstancesRunningOnCloseUnlessToldOtherwise() {
        f.apply(app("shop", "acme/shop:1", 10, 1, 4));
        f.untilTargets("shop", 1);
        f.orchestrator.close();
        assertEquals(1, f.driver.engine.instances.size());
        assertEquals(
                RefusedException.Code.UNAVAILABLE,
                ((RefusedException) failureOf(f.orchestrator.apply(app("shop")))).code());
        f.close();
        f = new OrchestratorFixture(
                OrchestratorSettings.of(POP).withStopInstancesOnClose(true), Clock.systemUTC(), new FakeDriver("fake"));
        f.apply(app("shop", "acme/shop:1", 10, 1, 4));
        f.untilTargets("shop", 1);
        f.orchestrator.close();
        assertTrue(f.driver.engine.instances.isEmpty());
    }

    @Test
    void aListenerThatHangsDelaysNeitherTheLoopNorTheOthers() {
        CountDownLatch never = new CountDownLatch(1);
        List<State> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
        f.orchestrator.addListener(status -> FakeDriver.block(never));
        f.orchestrator.addListener(status -> {
            throw new IllegalStateException("a listener's own trouble");
        });
        f.orchestrator.addListener(status -> heard.add(status.state()));
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        until(() -> heard.contains(State.SERVING));
        never.countDown();
    }

    @Test
    void startsNothingBeforeItKnowsWhatTheDriverRunsAlready() {
        f.close();
        CompletableFuture<List<DriverInstance>> list = new CompletableFuture<>();
        FakeDriver driver = new FakeDriver("fake");
        driver.onList = pop -> list;
        f = new OrchestratorFixture(OrchestratorSettings.of(POP), Clock.systemUTC(), driver);
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        f.settled();
        assertEquals(0, driver.started.size());
        list.complete(List.of());
        until(() -> f.ingress.inFlight("shop") == 1);
    }
}
