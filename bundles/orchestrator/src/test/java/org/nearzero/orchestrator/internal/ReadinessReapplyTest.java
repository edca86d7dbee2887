package org.nearzero.orchestrator.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.nearzero.orchestrator.testing.TestApps.app;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.ReadinessPolicy;
import org.nearzero.api.model.ServerlessPolicy;

class ReadinessReapplyTest {
    private final OrchestratorFixture f = new OrchestratorFixture();

    @AfterEach
    void close() {
        f.close();
    }

    private static Application shop(ReadinessPolicy readiness) {
        Application a = app("shop", "acme/shop:1", 10, 1, 4);
        ServerlessPolicy p = a.policy();
        return new Application(
                a.appId(),
                a.appProvider(),
                a.version(),
                a.artefact(),
                a.command(),
                a.env(),
                a.port(),
                a.resources(),
                new ServerlessPolicy(p.routes(), p.scaling(), p.sessionIdleTimeout(), readiness));
    }

    @Test
    void anInstanceThatIsStillProbedIsProbedTheNewWay() {
        f.apply(shop(new ReadinessPolicy("/never"))); // the fake's sockets accept and answer nothing
        f.untilStarted(1);
        f.settled();
        assertEquals(List.of(), f.targets("shop"));
        f.apply(shop(ReadinessPolicy.TCP));
        f.untilTargets("shop", 1);
        assertEquals(1, f.driver.started.size());
    }
}
