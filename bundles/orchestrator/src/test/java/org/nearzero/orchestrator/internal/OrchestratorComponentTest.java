package org.nearzero.orchestrator.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Problem;

class OrchestratorComponentTest {
    /** A configuration with the defaults for everything that is not given. */
    private static OrchestratorComponent.Config config(Map<String, Object> given) {
        return (OrchestratorComponent.Config) Proxy.newProxyInstance(
                OrchestratorComponentTest.class.getClassLoader(),
                new Class<?>[] {OrchestratorComponent.Config.class},
                (proxy, method, args) -> given.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    @Test
    void everyDefaultIsWhatTheReadmeSays() {
        Map<String, Object> defaults = new TreeMap<>();
        for (Method method : OrchestratorComponent.Config.class.getDeclaredMethods()) {
            if (!Annotation.class.equals(method.getDeclaringClass())) {
                defaults.put(method.getName(), method.getDefaultValue());
            }
        }
        assertEquals(
                Map.of(
                        "popId", "pop-1",
                        "stopGraceMillis", 10_000L,
                        "orphanGraceMillis", 30_000L,
                        "stableAfterMillis", 10_000L,
                        "suspectDeadlineMillis", 3_000L,
                        "listDeadlineMillis", 10_000L,
                        "checkDeadlineMillis", 5_000L,
                        "driverThreads", 8,
                        "stopInstancesOnClose", false),
                defaults);
    }

    @Test
    void theDefaultsOfTheComponentAreThoseOfTheSettings() {
        assertEquals(OrchestratorSettings.of(new PopId("pop-1")), OrchestratorComponent.settings(config(Map.of())));
    }

    @Test
    void reportsAllProblemsTogether() {
        InvalidInputException invalid = assertThrows(
                InvalidInputException.class,
                () -> OrchestratorComponent.settings(config(Map.of(
                        "popId", "Not A Name", "stopGraceMillis", -1L, "listDeadlineMillis", 5L, "driverThreads", 0))));
        assertEquals(
                List.of("popId", "stopGrace", "listDeadline", "driverThreads"),
                invalid.problems().stream().map(Problem::field).toList());
    }
}
