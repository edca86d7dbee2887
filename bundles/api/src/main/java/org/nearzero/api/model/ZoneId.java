package org.nearzero.api.model;

import java.util.regex.Pattern;

/** Names an edge cloud zone (CAMARA {@code edgeCloudZoneId}): one or more points of presence that users see as one place. */
public record ZoneId(String value) implements Comparable<ZoneId> {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?");

    /** @throws InvalidInputException if {@code value} has not the form above */
    public ZoneId {
        Problems.check()
                .matches("edgeCloudZoneId", value, FORM, "1 to 64 of A-Z, a-z, 0-9 and inner . _ -")
                .throwIfAny();
    }

    @Override
    public int compareTo(ZoneId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
