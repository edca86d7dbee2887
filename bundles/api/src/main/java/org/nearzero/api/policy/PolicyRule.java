package org.nearzero.api.policy;

import java.time.Instant;
import org.nearzero.api.ingress.Demand;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A rule of a third party's that takes part in each scaling decision. Registered as a service; rules are asked in the order of
 * their ranking, highest first, each given what the one before it proposed. A rule may propose fewer instances than the developer's
 * {@code minInstances}, never more than {@code maxInstances}: an answer beyond is taken as {@code maxInstances}, and the reason says
 * so. The operator's caps are applied after the last rule.
 *
 * <p>A rule should be a pure function of its arguments, so that decisions can be explained and replayed. It is called off the
 * orchestrator's thread with a deadline; one that throws, answers null or takes too long is passed over for this decision, is
 * left out for a while, and is named in the reason.
 */
@ConsumerType
public interface PolicyRule {
    /** A short name for reasons and logs. */
    String name();

    /** What this rule makes of a proposal: the proposal itself, or another one with a reason of its own. */
    Desired adjust(Desired proposed, Policies policies, Demand demand, Observed observed, Instant now);
}
