package org.nearzero.orchestrator.internal;

import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.orchestrator.testing.FakeDriver;
import org.nearzero.orchestrator.testing.FakeIngress;
import org.nearzero.orchestrator.testing.SimplePolicy;

/** An orchestrator with a fake driver, a fake ingress and a simple policy. */
final class OrchestratorFixture implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final PopId POP = new PopId("pop-1");

    final SimplePolicy policy = new SimplePolicy();
    final FakeIngress ingress;
    final FakeDriver driver;
    final EventLoopOrchestrator orchestrator;
    private final OrchestratorSettings settings;

    OrchestratorFixture() {
        this(Clock.systemUTC());
    }

    OrchestratorFixture(Clock clock) {
        this(OrchestratorSettings.of(POP), clock, new FakeDriver("fake"));
    }

    OrchestratorFixture(OrchestratorSettings settings, Clock clock, FakeDriver driver) {
        this(settings, clock, driver, new FakeIngress(clock));
    }

    OrchestratorFixture(OrchestratorSettings settings, Clock clock, FakeDriver driver, FakeIngress ingress) {
        this.settings = settings;
        this.driver = driver;
        this.ingress = ingress;
        orchestrator = new EventLoopOrchestrator(settings, policy, ingress, clock);
        orchestrator.start();
        orchestrator.addDriver(driver, 0);
    }

    ApplicationStatus apply(Application application) {
        return get(orchestrator.apply(application));
    }

    /** The failure of a stage that is expected to fail. */
    static Throwable failureOf(CompletionStage<?> stage) {
        try {
            Object value = stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            throw new AssertionError("did not fail but gave " + value);
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    ApplicationStatus status(String name) {
        return orchestrator.status(new AppId(name)).orElseThrow();
    }

    static void until(Callable<Boolean> condition) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).until(condition);
    }

    void untilTargets(String name, int count) {
        until(() -> ingress.routes(name).targets().size() == count);
    }

    void untilStarted(int count) {
        until(() -> driver.started.size() == count);
    }

    /**
     * Waits until the loop has gone through everything that was put before, the drivers' threads through every call that came of
     * it, and the loop through their answers. Where a call blocks its thread, there is nothing to wait for: this fails.
     */
    void settled() {
        for (int round = 0; round < 3; round++) { // a message may put one more
            throughTheLoop();
            orchestrator.lanes().all().forEach(this::throughTheLane);
        }
        throughTheLoop();
    }

    private void throughTheLoop() {
        get(orchestrator.delete(new AppId("nobody"), Duration.ZERO).exceptionally(e -> null));
    }

    /** When all threads of a lane are here at once, none of them is at a call. */
    private void throughTheLane(DriverLane lane) {
        CountDownLatch here = new CountDownLatch(settings.driverThreads());
        for (int i = 0; i < settings.driverThreads(); i++) {
            lane.run(
                    () -> {
                        here.countDown();
                        FakeDriver.block(here);
                    },
                    gone -> here.countDown());
        }
        until(() -> here.getCount() == 0);
    }

    List<AppInstanceId> targets(String name) {
        return ingress.routes(name).targets().stream()
                .map(t -> t.appInstanceId())
                .toList();
    }

    @Override
    public void close() {
        orchestrator.close();
        driver.close();
    }
}
