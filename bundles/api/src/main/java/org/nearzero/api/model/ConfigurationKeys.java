package org.nearzero.api.model;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys that a component's configuration may have: those of its annotation, and those that a framework adds to any. */
final class ConfigurationKeys {
    private static final String SERVICE_TYPES = "objectClass";

    /** Also the private keys (.) and the marks of the configurator and of its store (:). */
    private static final List<String> FRAMEWORK = List.of("service.", "component.", "felix.", "osgi.", ".", ":");

    private static final Pattern MAPPED = Pattern.compile("\\$_\\$|\\$\\$|\\$|__|_");
    private static final Map<String, String> KEY_PART = Map.of("$_$", "-", "$$", "$", "$", "", "__", "_", "_", ".");

    private final Set<String> known = new TreeSet<>();

    ConfigurationKeys(Class<? extends Annotation> configuration, String... others) {
        for (Method method : configuration.getDeclaredMethods()) {
            if (!method.isSynthetic()) {
                known.add(key(method.getName()));
            }
        }
        known.addAll(Arrays.asList(others));
    }

    void check(Map<String, ?> properties, Problems problems) {
        // Sorted, so that the same mistakes read the same every time.
        new TreeMap<>(properties)
                .forEach((key, value) ->
                        problems.expect(known.contains(key) || ofFramework(key), key, shown(value), expected(key)));
    }

    private String expected(String key) {
        String hint = Similar.to(key, known)
                .map(similar -> ", did you mean " + similar + "?")
                .orElse(".");
        return "a key that exists" + hint + " There are " + String.join(", ", known);
    }

    private static boolean ofFramework(String key) {
        return key.equals(SERVICE_TYPES) || FRAMEWORK.stream().anyMatch(key::startsWith);
    }

    /** The key for a method of a component property type, as Declarative Services maps it. */
    private static String key(String method) {
        return MAPPED.matcher(method).replaceAll(found -> Matcher.quoteReplacement(KEY_PART.get(found.group())));
    }

    /** In quotes, so that an empty text does not read as a value that is missing. */
    private static String shown(Object value) {
        String inBrackets = Arrays.deepToString(new Object[] {value}); // arrays of any type by what is in them
        return "\"" + inBrackets.substring(1, inBrackets.length() - 1) + "\"";
    }
}
