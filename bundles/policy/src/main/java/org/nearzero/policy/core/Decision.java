package org.nearzero.policy.core;

import java.time.Instant;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;

/**
 * How many instances an application should have (spec X.4.4). In this order:
 *
 * <ol>
 *   <li><b>need</b>: {@code ceil((inFlight + waiting) / maxConnectionsPerInstance)}; more is asked for at once;
 *   <li><b>hold</b>: what runs is kept while the highest need of the last {@code scaleInDelay} asks for it, and all of it within
 *       {@code stabilizationWindow} of the creation of the youngest live instance; a hold keeps, it never starts anything;
 *   <li><b>the developer's bounds</b>: {@code minInstances} to {@code maxInstances};
 *   <li>third parties' rules, where there are any, up to {@code maxInstances} (not here: see the policy engine);
 *   <li><b>the operator's caps</b>, which win over all of it, {@code minInstances} included; an image that is not on his
 *       allow-list any more gets no instance.
 * </ol>
 *
 * Instances that are starting count like those that serve, so a slow boot does not start too many.
 */
public final class Decision {
    private Decision() {}

    /**
     * The decision with no rule of a third party's. Pure: the same arguments give the same answer.
     *
     * @return {@code wakeAt} is exact: with the same inputs the number stays what it is until then, and is another one then; it
     *     is always after {@code now}
     */
    public static Desired decide(Policies policies, Demand demand, Observed observed, Instant now) {
        Caps caps = Caps.of(policies, observed);
        return caps.apply(Proposal.of(policies.scaling(), demand, observed, now).desired(caps.room(), now));
    }

    /**
     * What demand and the developer's policy ask for, before rules and the operator's caps.
     *
     * @return never {@code capped}
     */
    public static Desired propose(Policies policies, Demand demand, Observed observed, Instant now) {
        return Proposal.of(policies.scaling(), demand, observed, now).desired(Integer.MAX_VALUE, now);
    }

    /**
     * Puts the operator's caps on what was asked for, by whomever. Whatever {@code asked} says of itself, {@code capped} in the
     * result tells whether a cap lowered it here.
     */
    public static Desired cap(Desired asked, Policies policies, Observed observed) {
        return Caps.of(policies, observed).apply(asked);
    }
}
