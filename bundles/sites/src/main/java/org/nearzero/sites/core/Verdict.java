package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.sites.Assignment.Role;

/**
 * Whether a site is to serve, and why. The sentence is made only when somebody asks for it: most reports change nothing.
 *
 * @param role what it is to do
 * @param why which rule has decided
 * @param wakeAt when time alone changes it; {@link Times#FOREVER}: it does not
 * @param policy what it was decided by
 * @param levels what was known of the sessions
 * @param bounds what else held
 */
public record Verdict(Role role, Why why, Instant wakeAt, MigrationPolicy policy, Levels levels, Bounds bounds) {
    public Verdict {
        requireNonNull(role, "role");
        requireNonNull(why, "why");
        requireNonNull(wakeAt, "wakeAt");
    }

    /** The rule that has decided. */
    public enum Why {
        /** The sessions have been many for long enough, or not few enough for long enough. */
        SESSIONS,
        /** They would change it, but have not been so for long enough. */
        WINDOW,
        /** They would change it, but the last change is too recent. */
        COOLDOWN,
        /** The zone is not one of the policy's. */
        ZONE,
        /** The operator drains the site. */
        DRAINING,
        /** The operator excludes the site. */
        EXCLUDED,
        /** The site is not reached: nothing changes there. */
        UNREACHABLE,
        /** {@code maxServingPops}, the policy's or the operator's, serve already. */
        PLACES,
        /** The policy has no migration in it. */
        NO_MIGRATION
    }

    /** Whether it would serve if another site gave up its place. */
    public boolean waitsForPlace() {
        return why == Why.PLACES && role == Role.RELAY && bounds.place() == Bounds.Place.TAKEN;
    }

    /** Why, in words and figures that a person can check. */
    public String reason() {
        return Reasons.of(this);
    }
}
