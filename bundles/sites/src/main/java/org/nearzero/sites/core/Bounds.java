package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.nearzero.api.sites.Assignment.Role;

/**
 * What holds beside the sessions when it is decided whether a site serves.
 *
 * @param site the site
 * @param wanted what was last decided for it
 * @param decidedAt when; {@link Times#NEVER}: nothing has been decided yet
 * @param place whether the policy's {@code maxServingPops} and the operator's leave a place
 * @param operatorAllows the operator's {@code maxServingPops}
 */
public record Bounds(Standing site, Role wanted, Instant decidedAt, Place place, int operatorAllows) {
    public Bounds {
        requireNonNull(site, "site");
        requireNonNull(wanted, "wanted");
        requireNonNull(decidedAt, "decidedAt");
        requireNonNull(place, "place");
    }

    /** Whether there is room for one more site that serves. */
    public enum Place {
        /** This site has its place, or may have one. */
        FREE,
        /** Others have them all. */
        TAKEN,
        /** There are too many, since a policy has changed, and this is one of those that go. */
        GIVE_UP
    }
}
