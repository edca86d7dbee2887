package org.nearzero.sites.core;

import java.util.List;
import java.util.Optional;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.ZoneId;
import org.nearzero.api.sites.PointOfPresence;
import org.nearzero.api.sites.PointOfPresence.Availability;

/**
 * Which site becomes the homebase of an application that has none: one in the zone that its developer names, else what the operator's
 * rule says, else the one where it was handed over.
 */
public final class HomebaseChoice {
    private HomebaseChoice() {}

    /** The sites that may be chosen: active and reachable, by name. */
    public static List<PointOfPresence> candidates(List<PointOfPresence> sites) {
        return sites.stream()
                .filter(site -> site.availability() == Availability.ACTIVE && site.reachable())
                .sorted((a, b) -> a.popId().compareTo(b.popId()))
                .toList();
    }

    /**
     * In the developer's zone: the site where it was handed over, if that is there and may be chosen, else the first by name.
     *
     * @return empty: the developer names no zone ({@code homebaseZoneId}), or the zone has no candidate
     */
    public static Optional<PopId> inZone(Application application, PopId handedOverAt, List<PointOfPresence> sites) {
        Optional<ZoneId> zone = application.policy().homebaseZoneId();
        List<PopId> there = candidates(sites).stream()
                .filter(site -> zone.filter(site.zoneId()::equals).isPresent())
                .map(PointOfPresence::popId)
                .toList();
        return there.contains(handedOverAt)
                ? Optional.of(handedOverAt)
                : there.stream().findFirst();
    }

    /**
     * The choice where no zone is named.
     *
     * @param rule what the operator's rules answered; one that is no candidate is no answer
     */
    public static PopId byRule(Optional<PopId> rule, PopId handedOverAt, List<PointOfPresence> sites) {
        return rule.filter(pop ->
                        candidates(sites).stream().anyMatch(site -> site.popId().equals(pop)))
                .orElse(handedOverAt);
    }
}
