package org.nearzero.ingress.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problem;

class IngressComponentTest {
    /** A configuration with the defaults for everything that is not given. */
    static IngressComponent.Config config(Map<String, Object> given) {
        return (IngressComponent.Config) Proxy.newProxyInstance(
                IngressComponentTest.class.getClassLoader(),
                new Class<?>[] {IngressComponent.Config.class},
                (proxy, method, args) -> given.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    private static IngressSettings settings(Map<String, Object> given) {
        return IngressComponent.settings(config(given), given);
    }

    @Test
    void everyDefaultIsWhatTheReadmeSays() {
        Map<String, Object> defaults = new TreeMap<>();
        for (Method method : IngressComponent.Config.class.getDeclaredMethods()) {
            defaults.put(method.getName(), method.getDefaultValue());
        }
        assertArrayEquals(new String[0], (String[]) defaults.remove("trustedPeers"));
        assertEquals(
                new TreeMap<>(Map.ofEntries(
                        Map.entry("host", "127.0.0.1"),
                        Map.entry("port", 8_080),
                        Map.entry("ioThreads", 0),
                        Map.entry("maxHeaderBytes", 32_768),
                        Map.entry("maxHeaders", 100),
                        Map.entry("maxBodyBytes", 0L),
                        Map.entry("minBodyBytesPerSecond", 50),
                        Map.entry("headerTimeoutMillis", 10_000L),
                        Map.entry("keepAliveMillis", 60_000L),
                        Map.entry("bodyTimeoutMillis", 30_000L),
                        Map.entry("connectTimeoutMillis", 2_000L),
                        Map.entry("responseTimeoutMillis", 300_000L),
                        Map.entry("writeTimeoutMillis", 60_000L),
                        Map.entry("upstreamIdleMillis", 30_000L),
                        Map.entry("halfClosedMillis", 60_000L),
                        Map.entry("drainMillis", 10_000L),
                        Map.entry("settleMillis", 2_000L),
                        Map.entry("peerHost", "127.0.0.1"),
                        Map.entry("peerPort", -1),
                        Map.entry("relayConnectTimeoutMillis", 10_000L),
                        Map.entry("maxRelayed", 100_000))),
                defaults);
    }

    @Test
    void theDefaultsOfTheComponentAreThoseOfTheSettingsWithTimeToSettle() {
        IngressSettings plain = IngressSettings.of("127.0.0.1", 8_080);
        assertEquals(Duration.ZERO, plain.settle());
        assertEquals(
                new IngressSettings(
                        plain.host(),
                        plain.port(),
                        plain.trustedPeers(),
                        plain.limits(),
                        plain.timeouts(),
                        Duration.ofSeconds(2)),
                settings(Map.of()));
    }

    @Test
    void theTimeToSettleIsAtMostAMinute() {
        assertEquals(
                Duration.ofMinutes(1), settings(Map.of("settleMillis", 60_000L)).settle());
        for (long wrong : new long[] {-1, 60_001}) {
            InvalidInputException invalid =
                    assertThrows(InvalidInputException.class, () -> settings(Map.of("settleMillis", wrong)));
            assertEquals("settle", invalid.problems().get(0).field());
        }
    }

    @Test
    void howOtherSitesAreReachedIsSetWithTheRest() {
        Peering peering = settings(Map.of(
                        "peerHost", "0.0.0.0", "peerPort", 8_443, "relayConnectTimeoutMillis", 700L, "maxRelayed", 5))
                .peering();
        assertEquals(new Peering("0.0.0.0", 8_443, Duration.ofMillis(700), 5), peering);
        InvalidInputException invalid = assertThrows(
                InvalidInputException.class,
                () -> settings(
                        Map.of("peerHost", "", "peerPort", 65_536, "relayConnectTimeoutMillis", 1L, "maxRelayed", 0)));
        assertEquals(
                List.of("peerHost", "peerPort", "relayConnect", "maxRelayed"),
                invalid.problems().stream().map(Problem::field).toList());
    }

    @Test
    void aTrustedNetworkIsTrusted() throws Exception {
        IngressSettings settings = settings(Map.of("trustedPeers", new String[] {"10.1.0.0/16"}));
        assertTrue(settings.trusts(InetAddress.getByName("10.1.2.3")));
        assertEquals(false, settings.trusts(InetAddress.getByName("10.2.2.3")));
    }

    @Test
    void reportsAllProblemsTogether() {
        InvalidInputException invalid = assertThrows(
                InvalidInputException.class,
                () -> settings(Map.of(
                        "host",
                        "",
                        "port",
                        70_000,
                        "trustedPeers",
                        new String[] {"nonsense/8"},
                        "maxHeaders",
                        1,
                        "drainMillis",
                        0L,
                        "ports",
                        80)));
        assertEquals(
                List.of("trustedPeers", "maxHeaders", "drain", "host", "port", "ports"),
                invalid.problems().stream().map(Problem::field).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"trustedpeers", "maxHeaderByte", "drainMilli"})
    void aMisspeltKeyKeepsItFromStarting(String key) {
        Map<String, Object> misspelt = Map.of(key, "x");
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> new IngressComponent(config(misspelt), misspelt, null));
        assertEquals(
                List.of(key), refused.problems().stream().map(Problem::field).toList());
        assertTrue(refused.getMessage().contains("did you mean"), refused.getMessage());
    }

    @Test
    void whatTheFrameworkAddsIsNoProblem() {
        Map<String, Object> added = Map.of("service.pid", "x", "component.id", 7L, ":configurator:x", 1, ".x", 2);
        assertEquals(settings(Map.of()), settings(added));
    }
}
