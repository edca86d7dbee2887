package org.nearzero.startup.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nearzero.startup.core.StartupState.Component;
import org.nearzero.startup.core.StartupState.Phase;

class StartupStateTest {
    private static final Component INGRESS = new Component("org.nearzero.ingress", "Ingress", List.of(), "");
    private static final Component POLICY = new Component("org.nearzero.policy", "Policy", List.of(), "");

    @Test
    void servesOnceEveryExpectedBundleHasAComponentThatMissesNothing() {
        StartupState state =
                StartupState.of(List.of("org.nearzero.ingress", "org.nearzero.policy"), List.of(INGRESS, POLICY));
        assertEquals("serving\n", state.toText());
    }

    @Test
    void namesABundleThatHasNotStarted() {
        StartupState state = StartupState.of(List.of("org.nearzero.ingress", "org.nearzero.policy"), List.of(POLICY));
        assertEquals("starting\norg.nearzero.ingress: has not started\n", state.toText());
    }

    @Test
    void namesEachThingThatAComponentWaitsFor() {
        Component waiting =
                new Component("org.nearzero.ingress", "Ingress", List.of("configuration x", "reference clock"), "");
        StartupState state = StartupState.of(List.of("org.nearzero.ingress"), List.of(waiting, POLICY));
        assertEquals(Phase.STARTING, state.phase());
        assertEquals(List.of("Ingress: waits for configuration x, reference clock"), state.problems());
    }

    @Test
    void aFailureOutweighsWhatWaitsForIt() {
        Component failed = new Component("org.nearzero.ingress", "Ingress", List.of(), "BindException: in use");
        Component waiting = new Component("org.nearzero.orchestrator", "Loop", List.of("reference ingress"), "");
        StartupState state = StartupState.of(List.of("org.nearzero.ingress"), List.of(waiting, failed));
        assertEquals("failed\nIngress: BindException: in use\n", state.toText());
    }
}
