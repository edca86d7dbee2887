package org.nearzero.store.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problem;

class StoreComponentTest {
    @Test
    void everyDefaultIsTheDocumentedOneAndInTheReadme() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        Method[] keys = StoreComponent.Config.class.getDeclaredMethods();
        assertEquals(1, keys.length);
        assertEquals("data/store/nearzero.mv", keys[0].getDefaultValue());
        assertTrue(readme.contains("| `" + keys[0].getName() + "` | `" + keys[0].getDefaultValue() + "` |"));
    }

    @Test
    void aConfigurationBecomesAFile() {
        assertEquals(Path.of("/srv/x.mv"), StoreComponent.file(config(" /srv/x.mv"), Map.of()));
    }

    @Test
    void everyProblemIsReported() {
        assertEquals(
                List.of("org.nearzero.store.file", "org.nearzero.store.fiel"),
                problems(config(" "), Map.of("fiel", "x")));
        assertEquals(List.of("org.nearzero.store.file"), problems(config("a\0b"), Map.of()));
    }

    private static List<String> problems(StoreComponent.Config config, Map<String, Object> properties) {
        return assertThrows(InvalidInputException.class, () -> new StoreComponent(config, properties))
                .problems()
                .stream()
                .map(Problem::field)
                .toList();
    }

    @Test
    void whatTheFrameworkAddsIsNoProblemAndItClosesWithItsService(@TempDir Path directory) {
        Map<String, Object> added = Map.of("service.pid", "x", "component.id", 7L, ":configurator:x", 1, ".x", 2);
        Path file = directory.resolve("nearzero.mv");
        StoreComponent component = new StoreComponent(config(file.toString()), added);
        component.write(Batches.batch(1));
        component.deactivate();
        try (MvStore next = new MvStore(file)) {
            assertEquals(1, Batches.last(next));
        }
    }

    private static StoreComponent.Config config(String file) {
        return new StoreComponent.Config() {
            @Override
            public Class<? extends Annotation> annotationType() {
                return StoreComponent.Config.class;
            }

            @Override
            public String file() {
                return file;
            }
        };
    }
}
