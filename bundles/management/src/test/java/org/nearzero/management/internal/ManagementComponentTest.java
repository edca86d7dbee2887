package org.nearzero.management.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.InvalidInputException;

class ManagementComponentTest {
    /** A configuration with the defaults for everything that is not given. */
    private static ManagementComponent.Config config(Map<String, Object> given) {
        return (ManagementComponent.Config) Proxy.newProxyInstance(
                ManagementComponentTest.class.getClassLoader(),
                new Class<?>[] {ManagementComponent.Config.class},
                (proxy, method, args) -> given.getOrDefault(method.getName(), method.getDefaultValue()));
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
                        "applications",
                        "",
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
        assertEquals(ManagementSettings.of("127.0.0.1", 7080), ManagementComponent.settings(config(Map.of())));
    }

    @Test
    void everythingThatIsSetIsHeeded() {
        assertEquals(
                new ManagementSettings(
                        "10.0.0.1",
                        80,
                        Optional.of(Path.of("applications")),
                        Optional.of(Path.of("conf/token")),
                        List.of("edge.example"),
                        true),
                ManagementComponent.settings(config(Map.of(
                        "host",
                        "10.0.0.1",
                        "port",
                        80,
                        "applications",
                        "applications",
                        "tokenFile",
                        "conf/token",
                        "hostNames",
                        new String[] {"edge.example"},
                        "remoteAllowed",
                        true))));
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
                        + " org.nearzero.management.hostNames: edge:80/ (expected: host names without port)",
                refusal(Map.of("host", "a b", "port", 70_000, "hostNames", new String[] {"edge:80/"})));
    }

    private static String refusal(Map<String, Object> given) {
        return assertThrows(InvalidInputException.class, () -> ManagementComponent.settings(config(given)))
                .getMessage();
    }
}
