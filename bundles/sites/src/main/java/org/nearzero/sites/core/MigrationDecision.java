package org.nearzero.sites.core;

import java.time.Instant;
import org.nearzero.api.model.MigrationPolicy;

/**
 * Whether a site besides the homebase is to serve an application (spec X.4.4). In this order:
 *
 * <ol>
 *   <li>a zone that the policy does not allow, and a site that the operator drains, are left at once;
 *   <li>of a site that is not reached nothing is changed;
 *   <li>a site that has lost its place to a lower {@code maxServingPops} is left at once;
 *   <li>sessions at {@code returnThreshold} or under it without a break for {@code sessionWindow}: back, unless the last change
 *       there is younger than {@code cooldown};
 *   <li>sessions at {@code sessionThreshold} or over it without a break for {@code sessionWindow}: serve, with the same cooldown,
 *       unless the operator excludes the site or {@code maxServingPops} serve already;
 *   <li>else it stays as it is.
 * </ol>
 */
public final class MigrationDecision {
    private MigrationDecision() {}

    /**
     * Decides. Pure: the same arguments give the same answer.
     *
     * @return {@code wakeAt} is exact: with the same arguments the role stays what it is until then, and is the other one then; it
     *     is always after {@code now}
     */
    public static Verdict decide(MigrationPolicy policy, Levels levels, Bounds bounds, Instant now) {
        throw new UnsupportedOperationException();
    }
}
