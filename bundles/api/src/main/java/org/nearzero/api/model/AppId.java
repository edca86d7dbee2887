package org.nearzero.api.model;

import java.util.regex.Pattern;

/** Names an application at its operator platform: lower-case letters, digits and inner hyphens, 1 to 63 of them, a letter first (a DNS label, RFC 1123 section 2.1). */
public record AppId(String value) implements Comparable<AppId> {
    private static final Pattern FORM = Pattern.compile("[a-z]([a-z0-9-]{0,61}[a-z0-9])?");

    /** @throws InvalidInputException if {@code value} has not the form above */
    public AppId {
        Problems.check()
                .matches("appId", value, FORM, "1 to 63 of a-z, 0-9 and inner -, a letter first")
                .throwIfAny();
    }

    @Override
    public int compareTo(AppId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
