package org.nearzero.policy.core;

import java.util.List;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.Usage;

/**
 * A developer's bounds intersected with the operator's, for display. It shows what can be had with the site to oneself; a
 * decision also reckons with what others take at that moment.
 *
 * @param minInstances instances kept with nobody there
 * @param maxInstances instances at most; 0 if the operator leaves no room for any
 * @param boundBy which of the operator's bounds lowered {@code maxInstances}; empty if none did
 */
public record EffectiveScaling(int minInstances, int maxInstances, String boundBy) {
    /** The intersection of both policies for instances of a given size. */
    public static EffectiveScaling of(ScalingPolicy scaling, OperatorPolicy operator, Resources each) {
        int max = scaling.maxInstances();
        int room = Integer.MAX_VALUE;
        String by = "";
        List<Bound> bounds = Bound.all(operator, each, Usage.NONE, Usage.NONE);
        for (Bound bound : bounds) {
            if (bound.fits() < room) {
                room = bound.fits();
                by = bound.text();
            }
        }
        return room < max
                ? new EffectiveScaling(Math.min(scaling.minInstances(), room), room, by)
                : new EffectiveScaling(scaling.minInstances(), max, "");
    }
}
