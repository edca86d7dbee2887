package org.nearzero.policy.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.model.Cap;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Problem;
import org.nearzero.api.policy.Observed;
import org.nearzero.policy.core.Given;

class PolicyEngineComponentTest {
    private static final Map<String, Object> DEFAULTS = new TreeMap<>(Map.ofEntries(
            Map.entry("application.maxInstances", -1),
            Map.entry("application.maxCpuMillis", -1L),
            Map.entry("application.maxMemoryBytes", -1L),
            Map.entry("application.maxServingPops", -1),
            Map.entry("provider.maxInstances", -1),
            Map.entry("provider.maxCpuMillis", -1L),
            Map.entry("provider.maxMemoryBytes", -1L),
            Map.entry("site.maxInstances", -1),
            Map.entry("site.maxCpuMillis", -1L),
            Map.entry("site.maxMemoryBytes", -1L),
            Map.entry("ruleDeadlineMillis", 100)));

    @Test
    void everyDefaultIsAsDocumented() {
        Map<String, Object> actual = new TreeMap<>();
        for (Method method : PolicyConfiguration.class.getDeclaredMethods()) {
            actual.put(method.getName().replace('_', '.'), method.getDefaultValue());
        }

        assertArrayEquals(new String[0], (String[]) actual.remove("imageAllowList"));
        assertEquals(DEFAULTS, actual);
    }

    @Test
    void absentPropertiesMeanTheSameAsTheDefaults() {
        PolicySettings unlimited = new PolicySettings(OperatorPolicy.UNLIMITED, Duration.ofMillis(100));

        assertEquals(unlimited, PolicySettings.of(Map.of()));
        assertEquals(unlimited, PolicySettings.of(DEFAULTS));
        assertEquals(unlimited, PolicySettings.of(Map.of("imageAllowList", "", "component.id", 7L)));
    }

    @Test
    void everyKeyReachesItsValue() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("application.maxInstances", 1);
        properties.put("application.maxCpuMillis", 2L);
        properties.put("application.maxMemoryBytes", "3");
        properties.put("application.maxServingPops", 2);
        properties.put("provider.maxInstances", 4L);
        properties.put("provider.maxCpuMillis", " 5 ");
        properties.put("provider.maxMemoryBytes", 6);
        properties.put("site.maxInstances", 0);
        properties.put("site.maxCpuMillis", 8);
        properties.put("site.maxMemoryBytes", Long.MAX_VALUE);
        properties.put("imageAllowList", new String[] {"acme/*", "umbrella/*"});
        properties.put("ruleDeadlineMillis", 250);

        assertEquals(
                new PolicySettings(
                        new OperatorPolicy(
                                new Cap(1, 2, 3),
                                new Cap(4, 5, 6),
                                new Cap(0, 8, Long.MAX_VALUE),
                                List.of("acme/*", "umbrella/*"),
                                2),
                        Duration.ofMillis(250)),
                PolicySettings.of(properties));
        assertEquals(
                List.of("a/*", "b"),
                PolicySettings.of(Map.of("imageAllowList", "a/*, b"))
                        .operatorPolicy()
                        .imageAllowList());
        assertEquals(
                List.of("a/*", "b"),
                PolicySettings.of(Map.of("imageAllowList", List.of("a/*", "b")))
                        .operatorPolicy()
                        .imageAllowList());
    }

    @Test
    void allProblemsAreReportedTogether() {
        Map<String, Object> properties = Map.of(
                "application.maxServingPops",
                -3,
                "site.maxInstances",
                "many",
                "site.maxCpuMillis",
                -2L,
                "provider.maxInstances",
                3_000_000_000L,
                "site.maxInstance",
                5,
                "imageAllowList",
                new String[] {"acme/*", " "},
                "ruleDeadlineMillis",
                0);

        InvalidInputException e =
                assertThrows(InvalidInputException.class, () -> new PolicyEngineComponent(properties));

        assertEquals(
                String.join(
                        "; ",
                        "org.nearzero.policy.provider.maxInstances: \"3000000000\" (expected: -1 for unlimited, or 0 to 2147483647 (instances))",
                        "org.nearzero.policy.site.maxInstances: \"many\" (expected: -1 for unlimited, or 0 to 2147483647 (instances))",
                        "org.nearzero.policy.site.maxCpuMillis: \"-2\" (expected: -1 for unlimited, or 0 to 9223372036854775807 (thousandths of a core))",
                        "org.nearzero.policy.application.maxServingPops: \"-3\" (expected: -1 for unlimited, or 0 to 2147483647 (points of presence))",
                        "org.nearzero.policy.imageAllowList: \"\" (expected: patterns that are not blank)",
                        "org.nearzero.policy.ruleDeadlineMillis: \"0\" (expected: 1 to 10000 (ms))",
                        "org.nearzero.policy.site.maxInstance: \"5\" (expected: a key that exists, did you mean site.maxInstances? There are application.maxCpuMillis,"
                                + " application.maxInstances, application.maxMemoryBytes, application.maxServingPops, imageAllowList, provider.maxCpuMillis,"
                                + " provider.maxInstances, provider.maxMemoryBytes, ruleDeadlineMillis, site.maxCpuMillis, site.maxInstances,"
                                + " site.maxMemoryBytes)"),
                e.getMessage());
    }

    @Test
    void aChangeOfConfigurationKeepsTheRulesAndABadOneChangesNothing() {
        PolicyEngineComponent component = new PolicyEngineComponent(Map.of("ruleDeadlineMillis", 10_000));
        TestRule rule = new TestRule("rule", TestRule.plus(6));
        component.addRule(rule, Map.of());
        try {
            component.modified(Map.of("site.maxInstances", 5, "ruleDeadlineMillis", 10_000));
            component.modified(Map.of("site.maxInstances", -5));

            assertEquals(5, component.operatorPolicy().site().instances());
            assertEquals(5, decide(component));
            assertEquals(1, rule.calls.get());

            component.removeRule(rule);
            assertEquals(1, decide(component));
        } finally {
            component.deactivate();
        }
    }

    @Test
    void theRankingOfAServiceDecidesAndMayChange() {
        PolicyEngineComponent component = new PolicyEngineComponent(Map.of("ruleDeadlineMillis", 10_000));
        TestRule one = new TestRule("one", p -> TestRule.plus(1 - p.instances()).apply(p));
        TestRule adds = new TestRule("adds", TestRule.plus(6));
        component.addRule(adds, Map.of("service.ranking", 5));
        component.addRule(one, Map.of());
        try {
            assertEquals(1, decide(component));
            component.updatedRule(one, Map.of("service.ranking", 6));
            assertEquals(7, decide(component));
        } finally {
            component.deactivate();
        }
    }

    @Test
    void theBundleDescribesTheComponentAndItsConfiguration() throws IOException {
        String component = resource("/OSGI-INF/org.nearzero.policy.internal.PolicyEngineComponent.xml");
        for (String expected : List.of(
                "configuration-pid=\"org.nearzero.policy\"",
                "modified=\"modified\"",
                "init=\"1\"",
                "cardinality=\"0..n\"",
                "policy=\"dynamic\"",
                "updated=\"updatedRule\"",
                "unbind=\"removeRule\"")) {
            assertTrue(component.contains(expected), expected + " in " + component);
        }
        String metatype = resource("/OSGI-INF/metatype/org.nearzero.policy.internal.PolicyConfiguration.xml");
        assertTrue(metatype.contains("<Designate pid=\"org.nearzero.policy\">"), metatype);
        for (String key : new TreeSet<>(DEFAULTS.keySet())) {
            assertTrue(metatype.contains("id=\"" + key + "\""), key + " in " + metatype);
        }
    }

    private static int decide(PolicyEngineComponent component) {
        return component
                .decide(
                        Given.policies(Given.scaling(100, 0, 10, 0, 0), component.operatorPolicy()),
                        Given.demand(0, 1),
                        Observed.NOTHING,
                        Given.NOON)
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join()
                .instances();
    }

    private static String resource(String path) throws IOException {
        try (InputStream in = PolicyEngineComponent.class.getResourceAsStream(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"imageAllowlist", "sites.maxInstances", "ruleDeadlineMs", "site_maxInstances"})
    void aMisspeltKeyKeepsItFromStarting(String key) {
        Map<String, Object> misspelt = Map.of(key, "x");
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> new PolicyEngineComponent(misspelt));
        assertEquals(
                List.of("org.nearzero.policy." + key),
                refused.problems().stream().map(Problem::field).toList());
        assertTrue(refused.getMessage().contains("did you mean"), refused.getMessage());
    }

    @Test
    void whatTheFrameworkAddsIsNoProblem() {
        Map<String, Object> added = Map.of("service.pid", "x", "component.id", 7L, ":configurator:x", 1, ".x", 2);
        assertEquals(PolicySettings.of(Map.of()), PolicySettings.of(added));
    }

    @ParameterizedTest
    @ValueSource(strings = {"images", "imageallow", "allowList", "ruleDeadline", "site", "x.y"})
    void aKeyThatResemblesNoneKeepsItFromStartingAsWell(String key) {
        assertThrows(InvalidInputException.class, () -> new PolicyEngineComponent(Map.of(key, "acme/*")));
    }

    @Test
    void aChangeWithAMisspeltKeyLeavesTheListBeforeInForce() {
        PolicyEngineComponent component = new PolicyEngineComponent(Map.of("imageAllowList", "acme/*"));
        try {
            component.modified(Map.of("imageAllowlist", "umbrella/*"));

            assertEquals(List.of("acme/*"), component.operatorPolicy().imageAllowList());
        } finally {
            component.deactivate();
        }
    }
}
