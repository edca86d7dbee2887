package org.nearzero.startup.internal;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.felix.cm.json.io.Configurations;

/** Finds out what is wrong with a configuration file that the Configurator took nothing from: it does not tell where. */
final class ConfigurationFile {
    private ConfigurationFile() {}

    /** What is wrong with it, in one line. */
    static String problem(Path file) {
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                JsonReader json = Json.createReader(Configurations.jsonCommentAwareReader(text))) {
            json.readObject();
            return file
                    + ": has no org.nearzero.startup with what is expected (take it from the conf/ that was shipped)";
        } catch (JsonException e) {
            return file + ": no JSON: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                    + " (a comma too many before a closing brace, or one missing in the line before?)";
        } catch (IOException e) {
            return file + ": cannot be read: " + e;
        }
    }
}
