package org.nearzero.api.policy;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Problem;
import org.nearzero.api.model.Subscription;
import org.osgi.annotation.versioning.ProviderType;

/** Decides, and knows the operator's policy. All methods may be called from any thread and return without blocking. */
@ProviderType
public interface PolicyEngine {
    /** The operator's policy in force at this point of presence. */
    OperatorPolicy operatorPolicy();

    /** Calls back after the operator's policy or the set of rules has changed: decisions made before may differ now. */
    Subscription watch(Runnable changed);

    /**
     * Checks an application against the operator's policy in force: image allow-list, and whether its minimum can be had at all.
     *
     * @return every problem; empty if it may be admitted
     */
    List<Problem> admit(Application application);

    /**
     * How many instances there should be.
     *
     * @return with no third party's rule registered, complete already; otherwise complete within the rules' deadline. Never
     *     fails: a rule that misbehaves is named in the reason
     */
    CompletionStage<Desired> decide(Policies policies, Demand demand, Observed observed, Instant now);
}
