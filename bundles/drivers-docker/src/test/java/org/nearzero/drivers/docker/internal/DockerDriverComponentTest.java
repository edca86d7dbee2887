package org.nearzero.drivers.docker.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problem;
import org.nearzero.drivers.docker.internal.DockerDriverComponent.Config;

class DockerDriverComponentTest {
    @Test
    void anEmptyConfigurationIsTheDefaults() {
        assertEquals(DockerSettings.defaults(), DockerDriverComponent.settings(config(Map.of())));
    }

    @Test
    void everyProblemIsReportedAtOnce() {
        Config config = config(Map.of(
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
                1L));
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> DockerDriverComponent.settings(config));
        assertEquals(
                List.of("host", "callTimeout", "maxConcurrentCalls", "user", "tmpfsBytes", "network", "logBytes"),
                refused.problems().stream().map(Problem::field).toList());
    }

    @Test
    void aHostThatIsNoUriIsAProblemLikeOthers() {
        InvalidInputException refused = assertThrows(
                InvalidInputException.class,
                () -> DockerDriverComponent.settings(config(Map.of("host", "unix://a b", "network", ""))));
        assertEquals(2, refused.problems().size());
    }

    /** As Declarative Services makes it: what is not configured has the annotation's default. */
    private static Config config(Map<String, Object> configured) {
        return (Config) Proxy.newProxyInstance(
                Config.class.getClassLoader(),
                new Class<?>[] {Config.class},
                (proxy, method, arguments) -> configured.getOrDefault(method.getName(), method.getDefaultValue()));
    }
}
