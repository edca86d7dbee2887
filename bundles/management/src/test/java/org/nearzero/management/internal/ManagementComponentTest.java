package org.nearzero.management.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problem;

class ManagementComponentTest {
    /** A configuration with the defaults for everything that is not given. */
    private static ManagementComponent.Config config(Map<String, Object> given) {
        return (ManagementComponent.Config) Proxy.newProxyInstance(
                ManagementComponentTest.class.getClassLoader(),
                new Class<?>[] {ManagementComponent.Config.class},
                (proxy, method, args) -> given.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    private static ManagementSettings settings(Map<String, Object> given) {
        return ManagementComponent.settings(config(given), given);
    }

    @Test
    void everyDefaultIsWhatTheReadmeSays() {
        Map<String, Object> defaults = new TreeMap<>();
        for (Method method : ManagementComponent.Config.class.getDeclaredMethods()) {
            Object value = method.getDefaultValue();
            defaults.put(method.getName(), value instanceof Object[] array ? Arrays.asList(array) : value);
        }
        assertEquals(
                Map.of(
                        "host",
                        "127.0.0.1",
                        "port",
                        7080,
                        "tokenFile",
                        "",
                        "hostNames",
                        List.of(),
                        "remoteAllowed",
                        false),
                defaults);
    }

    @Test
    void theDefaultsOfTheComponentAreThoseOfTheSettings() {
        assertEquals(ManagementSettings.of("127.0.0.1", 7080), settings(Map.of()));
    }

    @Test
    void everythingThatIsSetIsHeeded() {
        assertEquals(
                new ManagementSettings(
                        "10.0.0.1", 80, Optional.of(Path.of("conf/token")), List.of("edge.example"), true),
                settings(Map.of(
                        "host",
                        "10.0.0.1",
                        "port",
                        80,
                        "tokenFile",
                        "conf/token",
                        "hostNames",
                        new String[] {"edge.example"},
                        "remoteAllowed",
                        true)));
    }

    @Test
    void anAddressThatOthersReachNeedsTwoMoreSettings() {
        assertEquals(
                "org.nearzero.management.host: 0.0.0.0 (expected: an address of this machine alone, or"
                        + " remoteAllowed=true); org.nearzero.management.tokenFile: missing (expected: a file, for host"
                        + " 0.0.0.0)",
                refusal(Map.of("host", "0.0.0.0")));
        assertEquals(
                "org.nearzero.management.tokenFile: missing (expected: a file, for host edge.example)",
                refusal(Map.of("host", "edge.example", "remoteAllowed", true)));
    }

    @Test
    void reportsAllProblemsTogether() {
        assertEquals(
                "org.nearzero.management.host: a b (expected: an address or host name);"
                        + " org.nearzero.management.port: 70000 (expected: 0 to 65535);"
                        + " org.nearzero.management.hostNames: edge:80/ (expected: host names without port);"
                        + " org.nearzero.management.ports: \"80\" (expected: a key that exists, did you mean port? There are"
                        + " host, hostNames, port, remoteAllowed, tokenFile)",
                refusal(Map.of("host", "a b", "port", 70_000, "hostNames", new String[] {"edge:80/"}, "ports", 80)));
    }

    private static String refusal(Map<String, Object> given) {
        return assertThrows(InvalidInputException.class, () -> settings(given)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenfile", "remoteAlowed", "hostnames"})
    void aMisspeltKeyKeepsItFromStarting(String key) {
        Map<String, Object> misspelt = Map.of(key, "x");
        InvalidInputException refused = assertThrows(
                InvalidInputException.class,
                () -> new ManagementComponent(config(misspelt), misspelt, null, null, null));
        assertEquals(
                List.of("org.nearzero.management." + key),
                refused.problems().stream().map(Problem::field).toList());
        assertTrue(refused.getMessage().contains("did you mean"), refused.getMessage());
    }

    @Test
    void whatTheFrameworkAddsIsNoProblem() {
        Map<String, Object> added = Map.of("service.pid", "x", "component.id", 7L, ":configurator:x", 1, ".x", 2);
        assertEquals(ManagementSettings.of("127.0.0.1", 7_080), settings(added));
    }
}
