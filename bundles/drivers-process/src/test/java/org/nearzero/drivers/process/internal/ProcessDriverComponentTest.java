package org.nearzero.drivers.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
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
                ProcessDriverComponent.settings(config("/srv/x", 4_096)));
    }

    @Test
    void everyProblemIsReported() {
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> ProcessDriverComponent.settings(config(" ", 1)));
        assertEquals(
                List.of("directory", "maxLogBytes"),
                refused.problems().stream().map(Problem::field).toList());
        assertThrows(InvalidInputException.class, () -> ProcessDriverComponent.settings(config("a\0b", 4_096)));
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
}
