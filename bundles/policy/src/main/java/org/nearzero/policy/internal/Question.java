package org.nearzero.policy.internal;

import java.time.Instant;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;
import org.nearzero.api.policy.PolicyRule;

/** What a rule is asked. */
record Question(Desired proposed, Policies policies, Demand demand, Observed observed, Instant now) {
    /** The same question about another proposal. */
    Question with(Desired another) {
        return new Question(another, policies, demand, observed, now);
    }

    Desired put(PolicyRule rule) {
        return rule.adjust(proposed, policies, demand, observed, now);
    }
}
