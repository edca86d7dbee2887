package org.nearzero.api.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationKeysTest {
    @interface Config {
        String[] imageAllowList() default {};

        int site_maxInstances() default -1;

        int under__score() default 0;

        int hy$_$phen() default 0;

        int new$() default 0;

        int dol$$lar() default 0;
    }

    private static final String KEYS = "dol$lar, hy-phen, imageAllowList, new, site.maxInstances, under_score";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "imageAllowList",
                "site.maxInstances",
                "under_score",
                "hy-phen",
                "new",
                "dol$lar",
                "nearzero.driver"
            })
    void aKeyThatExistsPasses(String key) {
        assertEquals(List.of(), problems(key, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "service.pid",
                "service.factoryPid",
                "service.bundleLocation",
                "service.ranking",
                "component.name",
                "component.id",
                "felix.fileinstall.filename",
                "osgi.ds.satisfying.condition.target",
                "objectClass",
                ".private",
                ":configurator:feature-service-pid",
                ":org.apache.felix.configadmin.revision:"
            })
    void aKeyOfTheFrameworkPasses(String key) {
        assertEquals(List.of(), problems(key, 1));
    }

    @Test
    void aMisspeltKeyIsToldWithItsValueTheNearestAndAll() {
        assertEquals(
                List.of("imageAllowlist: \"[acme/*, b]\" (expected: a key that exists, did you mean imageAllowList?"
                        + " There are " + KEYS + ")"),
                texts(Problems.check().keys(Map.of("imageAllowlist", new String[] {"acme/*", "b"}), Config.class)));
        assertEquals(
                List.of("sites.maxInstances: \"5\" (expected: a key that exists, did you mean site.maxInstances?"
                        + " There are " + KEYS + ")"),
                texts(Problems.check().keys(Map.of("sites.maxInstances", 5), Config.class)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"anythingElse", "site_maxInstances", "serviceRanking", "objectclass", "osgi", ""})
    void aKeyOfNobodyIsAProblem(String key) {
        assertEquals(1, problems(key, "x").size());
    }

    @Test
    void aKeyThatResemblesNoneIsToldWithoutAGuess() {
        assertEquals(
                List.of("images: \"\" (expected: a key that exists. There are " + KEYS + ")"),
                texts(Problems.check().keys(Map.of("images", ""), Config.class)));
    }

    @Test
    void aMisspeltKeyIsOneProblemAmongTheOthersAndTheyAreInOrder() {
        Problems problems = Problems.check()
                .range("port", -1, 0, 65_535)
                .keys(Map.of("c", 1, "a", new int[] {1, 2}, "b", List.of()), Config.class);
        assertEquals(
                List.of("port", "a", "b", "c"),
                problems.toList().stream().map(Problem::field).toList());
        assertTrue(
                texts(problems).get(1).startsWith("a: \"[1, 2]\" "),
                texts(problems).toString());
    }

    private static List<Problem> problems(String key, Object value) {
        return Problems.check()
                .keys(Map.of(key, value), Config.class, "nearzero.driver")
                .toList();
    }

    private static List<String> texts(Problems problems) {
        return problems.toList().stream().map(Problem::toString).toList();
    }
}
