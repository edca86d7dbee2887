package org.nearzero.api.model;

import static java.util.Objects.requireNonNull;

/**
 * One thing wrong with an input: which field, the value that was given, and what was expected instead.
 *
 * @param field the path of the field as its author wrote it, for example {@code serverlessPolicy.scaling.maxInstances}
 * @param value the offending value as text; empty if the field was missing
 * @param expected the range or form that would have been accepted, as a phrase
 */
public record Problem(String field, String value, String expected) {
    public Problem {
        requireNonNull(field, "field");
        requireNonNull(value, "value");
        requireNonNull(expected, "expected");
    }

    /** The same problem seen from one level further out: {@code prefix.field}. */
    public Problem under(String prefix) {
        if (prefix.isEmpty()) {
            return this;
        }
        String separator = field.isEmpty() || field.startsWith("[") ? "" : ".";
        return new Problem(prefix + separator + field, value, expected);
    }

    @Override
    public String toString() {
        return value.isEmpty()
                ? field + ": missing (expected: " + expected + ")"
                : field + ": " + value + " (expected: " + expected + ")";
    }
}
