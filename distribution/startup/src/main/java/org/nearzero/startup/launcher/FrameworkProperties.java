package org.nearzero.startup.launcher;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the framework's properties, with <code>${name}</code> standing for a variable. */
final class FrameworkProperties {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]+)}");

    private FrameworkProperties() {}

    /**
     * The properties of a file.
     *
     * @throws IllegalArgumentException if a value names a variable that there is none of
     */
    static Map<String, String> read(Path file, Map<String, String> variables) throws IOException {
        Properties raw = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            raw.load(reader);
        }
        Map<String, String> properties = new TreeMap<>();
        for (String name : raw.stringPropertyNames()) {
            properties.put(name, substitute(file, name, raw.getProperty(name), variables));
        }
        return properties;
    }

    private static String substitute(Path file, String name, String value, Map<String, String> variables) {
        return VARIABLE.matcher(value).replaceAll(found -> {
            String variable = variables.get(found.group(1));
            if (variable == null) {
                throw new IllegalArgumentException(
                        file + ": " + name + ": " + found.group() + " (expected one of: " + variables.keySet() + ")");
            }
            return Matcher.quoteReplacement(variable);
        });
    }
}
