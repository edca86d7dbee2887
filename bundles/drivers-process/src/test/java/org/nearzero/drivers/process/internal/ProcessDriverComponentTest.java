package org.nearzero.drivers.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problem;

class ProcessDriverComponentTest {
    @Test
    void everyDefaultIsTheDocumentedOne() {
        Map<String, Object> defaults = new TreeMap<>();
        for (Method key : ProcessDriverComponent.Config.class.getDeclaredMethods()) {
            defaults.put(key.getName(), key.getDefaultValue());
        }
        assertEquals(Map.of("directory", "data/processes", "maxLogBytes", 10_485_760L), defaults);
    }

    @Test
    void everyKeyIsInTheReadme() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        List<String> missing = Arrays.stream(ProcessDriverComponent.Config.class.getDeclaredMethods())
                .map(key -> "| `" + key.getName() + "` | `" + key.getDefaultValue() + "` |")
                .filter(row -> !readme.contains(row))
                .toList();
        assertEquals(List.of(), missing);
    }

    @Test
    void aConfigurationBecomesSettings() {
        assertEquals(
                new ProcessSettings(Path.of("/srv/x"), 4_096),
                ProcessDriverComponent.settings(config("/srv/x", 4_096), Map.of()));
    }

    @Test
    void everyProblemIsReported() {
        InvalidInputException refused = assertThrows(
                InvalidInputException.class,
                () -> ProcessDriverComponent.settings(config(" ", 1), Map.of("directry", "x")));
        assertEquals(
                List.of("directory", "maxLogBytes", "directry"),
                refused.problems().stream().map(Problem::field).toList());
        assertThrows(
                InvalidInputException.class, () -> ProcessDriverComponent.settings(config("a\0b", 4_096), Map.of()));
    }

    private static ProcessDriverComponent.Config config(String directory, long maxLogBytes) {
        return new ProcessDriverComponent.Config() {
            @Override
            public Class<? extends Annotation> annotationType() {
                return ProcessDriverComponent.Config.class;
            }

            @Override
            public String directory() {
                return directory;
            }

            @Override
            public long maxLogBytes() {
                return maxLogBytes;
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"Directory", "maxLogBits"})
    void aMisspeltKeyKeepsItFromStarting(String key) {
        Map<String, Object> misspelt = Map.of(key, "x");
        InvalidInputException refused = assertThrows(
                InvalidInputException.class, () -> new ProcessDriverComponent(config("data", 4_096), misspelt));
        assertEquals(
                List.of(key), refused.problems().stream().map(Problem::field).toList());
        assertTrue(refused.getMessage().contains("did you mean"), refused.getMessage());
    }

    @Test
    void whatTheFrameworkAddsIsNoProblem() {
        Map<String, Object> added = Map.of(
                "service.pid", "x", "component.id", 7L, ":configurator:x", 1, ".x", 2, "nearzero.driver", "process");
        assertEquals(
                new ProcessSettings(Path.of("data"), 4_096),
                ProcessDriverComponent.settings(config("data", 4_096), added));
    }
}
