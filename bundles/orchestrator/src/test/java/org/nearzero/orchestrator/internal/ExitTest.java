package org.nearzero.orchestrator.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.nearzero.orchestrator.internal.OrchestratorFixture.until;
import static org.nearzero.orchestrator.testing.TestApps.app;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.ingress.Routes;
import org.nearzero.orchestrator.testing.MovableClock;

/** An instance that exits as soon as it was started: whether the start's answer or the listener tells of it first is chance. */
class ExitTest {
    private final OrchestratorFixture f = new OrchestratorFixture(new MovableClock()); // a back-off that does not pass

    @AfterEach
    void close() {
        f.close();
    }

    @Test
    void isToldByTheAnswerToTheStart() {
        f.driver.onStart = spec -> CompletableFuture.completedFuture(new DriverInstance(
                spec.appInstanceId(),
                spec.application().appId(),
                spec.popId(),
                spec.generation(),
                InstanceState.EXITED,
                Optional.empty(),
                Instant.now(),
                "exit code 3"));
        assertTold();
    }

    @Test
    void isToldInTheSameWordsByTheListener() {
        f.driver.onStart = spec -> {
            DriverInstance running = f.driver.runDeaf(spec);
            f.driver.crash(spec.appInstanceId(), "exit code 3");
            return CompletableFuture.completedFuture(running);
        };
        assertTold();
    }

    private void assertTold() {
        f.apply(app("shop"));
        f.ingress.connect("shop", 1);
        until(() -> f.ingress.routes("shop").otherwise() instanceof Routes.Refuse);
        assertEquals(
                "exited by itself: exit code 3",
                ((Routes.Refuse) f.ingress.routes("shop").otherwise()).reason());
    }
}
