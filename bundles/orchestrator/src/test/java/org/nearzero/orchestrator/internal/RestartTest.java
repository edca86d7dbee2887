package org.nearzero.orchestrator.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.orchestrator.internal.OrchestratorFixture.POP;
import static org.nearzero.orchestrator.internal.OrchestratorFixture.failureOf;
import static org.nearzero.orchestrator.internal.OrchestratorFixture.get;
import static org.nearzero.orchestrator.internal.OrchestratorFixture.until;
import static org.nearzero.orchestrator.testing.TestApps.RELAY;
import static org.nearzero.orchestrator.testing.TestApps.SERVE;
import static org.nearzero.orchestrator.testing.TestApps.app;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.orchestrator.ApplicationStatus.State;
import org.nearzero.orchestrator.core.Generation;
import org.nearzero.orchestrator.testing.FakeDriver;
import org.nearzero.orchestrator.testing.MovableClock;

/** What becomes of instances that an earlier run has left, as far as the drivers' lists tell. */
class RestartTest {
    private static final AppInstanceId LEFT = new AppInstanceId("shop.left");

    private final MovableClock clock = new MovableClock();
    private final FakeDriver driver = new FakeDriver("fake");
    private OrchestratorFixture f;

    @AfterEach
    void close() {
        f.close();
    }

    /** An instance that runs before anybody looks. */
    private void left(Application application) {
        driver.run(new InstanceSpec(LEFT, POP, Generation.of(application), application, Duration.ZERO));
    }

    private void start() {
        clock.set(Instant.now().plus(Duration.ofHours(1))); // so that what the fake runs was created before
        f = new OrchestratorFixture(OrchestratorSettings.of(POP), clock, driver);
    }

    /** Waits until the driver's list has been read, by what only then happens. */
    private void listed() {
        f.apply(app("other", "acme/other:1", 10, 1, 4));
        f.untilTargets("other", 1);
        f.settled(); // nor is another list under way
    }

    private void move(Duration by) {
        clock.advance(by);
        f.orchestrator.clockMoved();
        f.settled();
    }

    @Test
    void oneThatDiesBeforeItsApplicationIsHandedOverIsNotTakenForRunning() {
        Application one = app("shop", "acme/shop:1", 10, 1, 4);
        left(one);
        start();
        listed();
        driver.crash(LEFT, "exit code 137");
        f.settled();
        f.apply(one);
        until(() -> driver.stopped.contains(LEFT));
        f.untilTargets("shop", 1);
    }

    @Test
    void whatRunsOfAnApplicationThatIsRelayedIsStopped() {
        left(app("shop"));
        start();
        get(f.orchestrator.apply(app("shop"), RELAY));
        until(() -> driver.stopped.contains(LEFT));
        assertEquals(List.of(), driver.started);
        assertTrue(f.ingress.history("shop").stream().allMatch(r -> r.otherwise() instanceof Routes.Relay));
    }

    @Test
    void whatRunsOfAnApplicationThatIsToBeServedServes() {
        left(app("shop"));
        start();
        get(f.orchestrator.apply(app("shop"), SERVE));
        f.untilTargets("shop", 1);
        assertEquals(List.of(LEFT), f.targets("shop"));
        f.ingress.connect("shop", 1);
        assertEquals(1, f.ingress.inFlight("shop"));
        assertEquals(List.of(), driver.started);
    }

    @Test
    void aDeathBeforeAnybodyListensToTheDriverIsFoundByTheNextList() {
        Application one = app("shop", "acme/shop:1", 10, 1, 4);
        left(one);
        CountDownLatch gate = new CountDownLatch(1);
        driver.beforeWatch = () -> FakeDriver.block(gate);
        start();
        f.apply(one);
        f.untilTargets("shop", 1);
        driver.crash(LEFT, "exit code 137");
        gate.countDown();
        until(() -> driver.stopped.contains(LEFT));
    }

    @Test
    void whatIsExpectedToBeHandedOverIsLeftAloneUntilItIsExpectedNoMore() {
        left(app("shop"));
        start();
        f.orchestrator.expect(Set.of(new AppId("shop")));
        listed();
        move(Duration.ofMinutes(10));
        driver.resync();
        f.settled();
        assertEquals(List.of(), driver.stopped);
        f.orchestrator.expect(Set.of());
        until(() -> driver.stopped.contains(LEFT));
    }

    @Test
    void whatRunsAlreadyIsTakenThoughItsArtefactCannotBeFoundAnyMore() {
        left(app("shop"));
        start();
        driver.onPull = a -> a.imagePath().contains("other")
                ? CompletableFuture.completedFuture(null)
                : FakeDriver.failed(DriverException.Code.IMAGE_NOT_FOUND, "the registry is away");
        listed();
        failureOf(f.orchestrator.apply(app("shop", "acme/shop:2", 10, 1, 4))); // this one does not run
        assertTrue(f.apply(app("shop", "acme/shop:1", 10, 1, 4)).condition().contains("the registry is away"));
        f.untilTargets("shop", 1);
        assertEquals(List.of(LEFT), f.targets("shop"));
    }

    @Test
    void nothingIsSweptAsLongAsAnotherOfTheSameNameStartsInstancesThere() {
        left(app("shop"));
        start();
        listed();
        AppInstanceId others = new AppInstanceId("ghost.others");
        driver.engine.instances.put(
                others,
                new DriverInstance(
                        others,
                        new AppId("ghost"),
                        POP,
                        "g",
                        InstanceState.RUNNING,
                        Optional.empty(),
                        clock.instant().plusSeconds(1),
                        ""));
        driver.resync();
        f.settled();
        move(Duration.ofMinutes(5));
        assertEquals(List.of(), driver.stopped);
        driver.engine.instances.remove(others); // the operator has ended the other one
        driver.resync();
        until(() -> driver.stopped.contains(LEFT));
    }

    @Test
    void nothingIsSweptOnTheWordOfAnOldList() {
        left(app("shop"));
        start();
        listed();
        CompletableFuture<List<DriverInstance>> fresh = new CompletableFuture<>();
        driver.onList = pop -> fresh;
        move(Duration.ofMinutes(5));
        assertEquals(List.of(), driver.stopped);
        fresh.complete(List.copyOf(driver.engine.instances.values()));
        until(() -> driver.stopped.contains(LEFT));
    }

    @Test
    void nothingIsStartedAsLongAsADriverDoesNotSayWhatItRuns() {
        CompletableFuture<List<DriverInstance>> list = new CompletableFuture<>();
        driver.onList = pop -> list;
        start();
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        f.settled();
        move(Duration.ofSeconds(10));
        until(() -> f.status("shop").condition().contains("driver fake does not answer"));
        f.apply(app("late", "acme/late:1", 10, 1, 4));
        until(() -> f.status("late").condition().contains("driver fake does not answer"));
        f.settled();
        assertEquals(List.of(), driver.started);
        driver.onList = pop -> CompletableFuture.completedFuture(List.of());
        move(Duration.ofSeconds(60));
        until(() -> f.ingress.inFlight("shop") == 1);
        f.untilTargets("late", 1);
        assertEquals("", f.status("late").condition());
    }

    @Test
    void anEngineThatIsAwayFailsStartsAtOnceInsteadOfHoldingThemUp() {
        driver.onList = pop -> FakeDriver.failed(DriverException.Code.ENGINE_UNAVAILABLE, "no engine");
        driver.onStart = spec -> FakeDriver.failed(DriverException.Code.ENGINE_UNAVAILABLE, "no engine");
        start();
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        until(() -> f.ingress.refused("shop") == 1);
        until(() -> f.status("shop").state() == State.FAILING);
    }
}
