package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import org.nearzero.api.model.PopId;
import org.nearzero.api.model.ZoneId;
import org.nearzero.api.sites.PointOfPresence.Availability;

/**
 * What a homebase has to know of a site before it places anything there.
 *
 * @param popId which site
 * @param zoneId in which zone
 * @param availability what the operator says of it
 * @param reachable whether it has been heard lately
 */
public record Standing(PopId popId, ZoneId zoneId, Availability availability, boolean reachable) {
    public Standing {
        requireNonNull(popId, "popId");
        requireNonNull(zoneId, "zoneId");
        requireNonNull(availability, "availability");
    }
}
