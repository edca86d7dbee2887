package org.nearzero.sites.core;

import static org.nearzero.sites.core.Times.FOREVER;

import java.time.Instant;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.sites.Assignment.Role;
import org.nearzero.api.sites.PointOfPresence.Availability;
import org.nearzero.sites.core.Bounds.Place;
import org.nearzero.sites.core.Levels.Band;
import org.nearzero.sites.core.Verdict.Why;

/**
 * Whether a site besides the homebase is to serve an application (spec X.4.4). In this order:
 *
 * <ol>
 *   <li>a zone that the policy does not allow, and a site that the operator drains, are left at once, reached or not;
 *   <li>of a site that is not reached nothing else is changed;
 *   <li>a site that has lost its place to a lower {@code maxServingPops}, the policy's or the operator's, is left at once;
 *   <li>sessions at {@code returnThreshold} or under it without a break for {@code sessionWindow}: back, unless the last change
 *       there is younger than {@code cooldown};
 *   <li>sessions at {@code sessionThreshold} or over it without a break for {@code sessionWindow}: serve, with the same cooldown,
 *       unless the operator excludes the site or as many as both allow serve already;
 *   <li>else it stays as it is.
 * </ol>
 */
public final class MigrationDecision {
    private MigrationDecision() {}

    /**
     * Decides. Pure: the same arguments give the same answer.
     *
     * @return {@code wakeAt} is exact: with the same arguments role and rule stay what they are until then, and are others then; it
     *     is always after {@code now}
     */
    public static Verdict decide(MigrationPolicy policy, Levels levels, Bounds bounds, Instant now) {
        Standing site = bounds.site();
        if (!policy.allows(site.zoneId())) {
            return new Verdict(Role.RELAY, Why.ZONE, FOREVER, policy, levels, bounds);
        }
        if (site.availability() == Availability.DRAINING) {
            return new Verdict(Role.RELAY, Why.DRAINING, FOREVER, policy, levels, bounds);
        }
        if (!site.reachable()) {
            return new Verdict(bounds.wanted(), Why.UNREACHABLE, FOREVER, policy, levels, bounds);
        }
        return bounds.wanted() == Role.SERVE
                ? serving(policy, levels, bounds, now)
                : relaying(policy, levels, bounds, now);
    }

    private static Verdict serving(MigrationPolicy policy, Levels levels, Bounds bounds, Instant now) {
        if (bounds.place() == Place.GIVE_UP) {
            return new Verdict(Role.RELAY, Why.PLACES, FOREVER, policy, levels, bounds);
        }
        if (levels.band() != Band.FEW) {
            return new Verdict(Role.SERVE, Why.SESSIONS, FOREVER, policy, levels, bounds);
        }
        return held(
                policy, levels, bounds, now, new Verdict(Role.RELAY, Why.SESSIONS, FOREVER, policy, levels, bounds));
    }

    private static Verdict relaying(MigrationPolicy policy, Levels levels, Bounds bounds, Instant now) {
        if (levels.band() != Band.MANY) {
            return new Verdict(Role.RELAY, Why.SESSIONS, FOREVER, policy, levels, bounds);
        }
        if (bounds.site().availability() == Availability.EXCLUDED) {
            return new Verdict(Role.RELAY, Why.EXCLUDED, FOREVER, policy, levels, bounds);
        }
        Verdict free = bounds.place() == Place.FREE
                ? new Verdict(Role.SERVE, Why.SESSIONS, FOREVER, policy, levels, bounds)
                : new Verdict(Role.RELAY, Why.PLACES, FOREVER, policy, levels, bounds);
        return held(policy, levels, bounds, now, free);
    }

    /** The change once window and cooldown are over; until then what was, named by the one of both that ends later. */
    private static Verdict held(MigrationPolicy policy, Levels levels, Bounds bounds, Instant now, Verdict change) {
        Instant ripe = Times.later(levels.since(), policy.sessionWindow());
        Instant cool = Times.later(bounds.decidedAt(), policy.cooldown());
        Instant at = Times.latest(ripe, cool);
        if (Times.reached(at, now)) {
            return change;
        }
        Why why = cool.isAfter(ripe) ? Why.COOLDOWN : Why.WINDOW;
        return new Verdict(bounds.wanted(), why, at, policy, levels, bounds);
    }
}
