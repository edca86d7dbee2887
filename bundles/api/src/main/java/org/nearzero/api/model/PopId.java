package org.nearzero.api.model;

import java.util.regex.Pattern;

/** Names a point of presence: the form of a DNS label, as for {@link AppId}. */
public record PopId(String value) implements Comparable<PopId> {
    private static final Pattern FORM = Pattern.compile("[a-z]([a-z0-9-]{0,61}[a-z0-9])?");

    /** @throws InvalidInputException if {@code value} has not the form above */
    public PopId {
        Problems.check()
                .matches("popId", value, FORM, "1 to 63 of a-z, 0-9 and inner -, a letter first")
                .throwIfAny();
    }

    @Override
    public int compareTo(PopId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
