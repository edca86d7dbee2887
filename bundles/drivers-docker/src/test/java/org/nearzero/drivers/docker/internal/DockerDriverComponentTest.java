package org.nearzero.drivers.docker.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problem;
import org.nearzero.drivers.docker.internal.DockerDriverComponent.Config;

class DockerDriverComponentTest {
    @Test
    void anEmptyConfigurationIsTheDefaults() {
        assertEquals(DockerSettings.defaults(), settings(Map.of()));
    }

    @Test
    void everyProblemIsReportedAtOnce() {
        Map<String, Object> given = Map.of(
                "host",
                "tcp://192.0.2.1:2375",
                "callTimeoutMs",
                1L,
                "maxConcurrentCalls",
                0,
                "network",
                "host",
                "user",
                "a b",
                "tmpfsBytes",
                -1L,
                "logBytes",
                1L,
                "pul",
                false);
        InvalidInputException refused = assertThrows(InvalidInputException.class, () -> settings(given));
        assertEquals(
                List.of(
                        "host",
                        "callTimeout",
                        "maxConcurrentCalls",
                        "user",
                        "tmpfsBytes",
                        "network",
                        "logBytes",
                        "pul"),
                refused.problems().stream().map(Problem::field).toList());
    }

    @Test
    void aHostThatIsNoUriIsAProblemLikeOthers() {
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> settings(Map.of("host", "unix://a b", "network", "")));
        assertEquals(2, refused.problems().size());
    }

    private static DockerSettings settings(Map<String, Object> given) {
        return DockerDriverComponent.settings(config(given), given);
    }

    /** As Declarative Services makes it: what is not configured has the annotation's default. */
    private static Config config(Map<String, Object> configured) {
        return (Config) Proxy.newProxyInstance(
                Config.class.getClassLoader(),
                new Class<?>[] {Config.class},
                (proxy, method, arguments) -> configured.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"callTimeoutMillis", "users", "tmpfsByte"})
    void aMisspeltKeyKeepsItFromStarting(String key) {
        Map<String, Object> misspelt = Map.of(key, "x");
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> new DockerDriverComponent(config(misspelt), misspelt));
        assertEquals(
                List.of(key), refused.problems().stream().map(Problem::field).toList());
        assertTrue(refused.getMessage().contains("did you mean"), refused.getMessage());
    }

    @Test
    void whatTheFrameworkAddsIsNoProblem() {
        Map<String, Object> added = Map.of(
                "service.pid", "x", "component.id", 7L, ":configurator:x", 1, ".x", 2, "nearzero.driver", "docker");
        assertEquals(DockerSettings.defaults(), settings(added));
    }
}
