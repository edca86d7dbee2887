package org.nearzero.orchestrator.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.Resources;
import org.nearzero.orchestrator.testing.TestApps;

class GenerationTest {
    private static Application app(String image, List<String> command, Map<String, String> env, int port, int pids) {
        Application base = TestApps.app("shop");
        return new Application(
                base.appId(),
                base.appProvider(),
                base.version(),
                new Artefact(image),
                command,
                env,
                port,
                new Resources(100, 64L << 20, pids),
                base.policy());
    }

    @Test
    void isTheSameOnEveryMachineAndInEveryRelease() {
        // Written down once: if this changes, an upgrade restarts every instance at every site.
        assertEquals(
                "6fc9e4b9eed66640",
                Generation.of(app("acme/shop:1", List.of("serve", "-v"), Map.of("A", "1"), 80, 64)));
    }

    @Test
    void differsWithEachPartOfWhatAnInstanceIsMadeFrom() {
        String base = Generation.of(app("a", List.of("x"), Map.of("A", "1"), 80, 64));
        assertNotEquals(base, Generation.of(app("b", List.of("x"), Map.of("A", "1"), 80, 64)));
        assertNotEquals(base, Generation.of(app("a", List.of("y"), Map.of("A", "1"), 80, 64)));
        assertNotEquals(base, Generation.of(app("a", List.of("x"), Map.of("A", "2"), 80, 64)));
        assertNotEquals(base, Generation.of(app("a", List.of("x"), Map.of("A", "1"), 81, 64)));
        assertNotEquals(base, Generation.of(app("a", List.of("x"), Map.of("A", "1"), 80, 65)));
    }

    @Test
    void tellsWordsApartThatReadTheSameTogether() {
        assertNotEquals(
                Generation.of(app("a", List.of("xy", "z"), Map.of(), 80, 64)),
                Generation.of(app("a", List.of("x", "yz"), Map.of(), 80, 64)));
    }

    @Test
    void doesNotDependOnTheOrderOfTheEnvironmentNorOnThePolicy() {
        Map<String, String> env = new LinkedHashMap<>();
        env.put("B", "2");
        env.put("A", "1");
        assertEquals(
                Generation.of(app("a", List.of(), Map.of("A", "1", "B", "2"), 80, 64)),
                Generation.of(app("a", List.of(), env, 80, 64)));
        assertEquals(
                Generation.of(TestApps.app("shop", "a", 1, 0, 1)), Generation.of(TestApps.app("shop", "a", 9, 1, 3)));
    }
}
