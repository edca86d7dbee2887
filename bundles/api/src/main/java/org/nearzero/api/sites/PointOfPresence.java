package org.nearzero.api.sites;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.ZoneId;

/**
 * A MEC site that devices connect to, as another site knows it. A zone may hold several.
 *
 * @param popId its name
 * @param zoneId the edge cloud zone that it is in
 * @param availability whether applications may be placed there
 * @param reachable whether it has answered lately; a site reaches itself
 * @param doors where its ingress accepts connections of peers
 * @param ingress where devices connect to; may be empty
 * @param lastHeard when it last answered
 */
public record PointOfPresence(
        PopId popId,
        ZoneId zoneId,
        Availability availability,
        boolean reachable,
        List<Endpoint> doors,
        List<Endpoint> ingress,
        Instant lastHeard) {
    public PointOfPresence {
        requireNonNull(popId, "popId");
        requireNonNull(zoneId, "zoneId");
        requireNonNull(availability, "availability");
        doors = List.copyOf(doors);
        ingress = List.copyOf(ingress);
        requireNonNull(lastHeard, "lastHeard");
    }

    /** Whether applications may be placed at a site. */
    public enum Availability {
        /** They may. */
        ACTIVE,
        /** None comes, and those that are there go: maintenance. */
        DRAINING,
        /** None comes; those that are there stay until they leave by themselves. */
        EXCLUDED
    }
}
