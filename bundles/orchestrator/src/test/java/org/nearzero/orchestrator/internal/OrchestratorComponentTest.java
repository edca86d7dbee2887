package org.nearzero.orchestrator.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

    private static OrchestratorSettings settings(Map<String, Object> given) {
        return OrchestratorComponent.settings(config(given), given);
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
        assertEquals(OrchestratorSettings.of(new PopId("pop-1")), settings(Map.of()));
    }

    @Test
    void reportsAllProblemsTogether() {
        InvalidInputException invalid = assertThrows(
                InvalidInputException.class,
                () -> settings(Map.of(
                        "popId",
                        "Not A Name",
                        "stopGraceMillis",
                        -1L,
                        "listDeadlineMillis",
                        5L,
                        "driverThreads",
                        0,
                        "driverThread",
                        9)));
        assertEquals(
                List.of("popId", "stopGrace", "listDeadline", "driverThreads", "driverThread"),
                invalid.problems().stream().map(Problem::field).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"popID", "stopGraceMs", "driverthreads"})
    void aMisspeltKeyKeepsItFromStarting(String key) {
        Map<String, Object> misspelt = Map.of(key, "x");
        InvalidInputException refused = assertThrows(
                InvalidInputException.class, () -> new OrchestratorComponent(config(misspelt), misspelt, null, null));
        assertEquals(
                List.of(key), refused.problems().stream().map(Problem::field).toList());
        assertTrue(refused.getMessage().contains("did you mean"), refused.getMessage());
    }

    @Test
    void whatTheFrameworkAddsIsNoProblem() {
        Map<String, Object> added = Map.of("service.pid", "x", "component.id", 7L, ":configurator:x", 1, ".x", 2);
        assertEquals(OrchestratorSettings.of(new PopId("pop-1")), settings(added));
    }
}
