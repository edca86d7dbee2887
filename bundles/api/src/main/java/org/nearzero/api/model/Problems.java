package org.nearzero.api.model;

import java.lang.annotation.Annotation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Collects the problems of one input so that all of them are reported together. Not thread-safe; lives for one check.
 *
 * <pre>{@code
 * Problems.check()
 *     .range("maxInstances", maxInstances, 1, 10_000)
 *     .range("minInstances", minInstances, 0, maxInstances)
 *     .throwIfAny();
 * }</pre>
 */
public final class Problems {
    private final List<Problem> found = new ArrayList<>();

    private Problems() {}

    /** A new, empty collection. */
    public static Problems check() {
        return new Problems();
    }

    /** Adds a problem. */
    public Problems add(String field, Object value, String expected) {
        found.add(new Problem(field, value == null ? "" : String.valueOf(value), expected));
        return this;
    }

    /** Adds problems found elsewhere, seen from {@code prefix}. */
    public Problems addAll(String prefix, Collection<Problem> problems) {
        problems.forEach(problem -> found.add(problem.under(prefix)));
        return this;
    }

    /** Expects {@code min <= value <= max}. */
    public Problems range(String field, long value, long min, long max) {
        if (value < min || value > max) {
            add(field, value, max == Long.MAX_VALUE ? ">= " + min : min + " to " + max);
        }
        return this;
    }

    /** Expects {@code min <= value <= max}. */
    public Problems range(String field, Duration value, Duration min, Duration max) {
        if (value == null || value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            add(field, value == null ? null : text(value), text(min) + " to " + text(max));
        }
        return this;
    }

    /** Expects {@code condition} to hold. */
    public Problems expect(boolean condition, String field, Object value, String expected) {
        if (!condition) {
            add(field, value, expected);
        }
        return this;
    }

    /** Expects text that matches {@code pattern}. */
    public Problems matches(String field, String value, Pattern pattern, String expected) {
        return expect(value != null && pattern.matcher(value).matches(), field, value, expected);
    }

    /**
     * Expects each key of a component's properties to be a key of its configuration, or one that a framework adds: a misspelt
     * one would leave a default in force that nobody asked for.
     *
     * @param properties the properties as they were given
     * @param configuration the component property type; its methods name the keys, mapped as Declarative Services maps them
     * @param others keys that the component has besides
     */
    public Problems keys(Map<String, ?> properties, Class<? extends Annotation> configuration, String... others) {
        new ConfigurationKeys(configuration, others).check(properties, this);
        return this;
    }

    /**
     * Makes a part of the input; if the part is invalid, keeps its problems under {@code prefix} and gives {@code instead},
     * so that the check goes on to the next part.
     */
    public <T> T part(String prefix, T instead, Supplier<T> maker) {
        try {
            return maker.get();
        } catch (InvalidInputException e) {
            addAll(prefix, e.problems());
            return instead;
        }
    }

    /** Whether nothing was found so far. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** What was found so far, in order. */
    public List<Problem> toList() {
        return List.copyOf(found);
    }

    /** Ends the check. @throws InvalidInputException with everything that was found */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidInputException(found);
        }
    }

    /** A duration as people write it: {@code 250ms}, {@code 30s}, {@code 5m}, {@code 2h}. */
    public static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds != 0 && seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds != 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
