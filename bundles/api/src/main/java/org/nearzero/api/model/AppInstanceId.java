package org.nearzero.api.model;

import java.util.regex.Pattern;

/** Names one instance of an application, unique over all points of presence and all time: {@code <appId>.<suffix>}. Usable as a container's name. */
public record AppInstanceId(String value) implements Comparable<AppInstanceId> {
    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,62}\\.[a-z0-9]{1,32}");

    /** @throws InvalidInputException if {@code value} has not the form above */
    public AppInstanceId {
        Problems.check()
                .matches("appInstanceId", value, FORM, "appId.suffix, the suffix 1 to 32 of a-z and 0-9")
                .throwIfAny();
    }

    @Override
    public int compareTo(AppInstanceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
