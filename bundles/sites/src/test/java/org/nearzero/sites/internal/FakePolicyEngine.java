package org.nearzero.sites.internal;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Problem;
import org.nearzero.api.model.Subscription;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;
import org.nearzero.api.policy.PolicyEngine;

/** An operator who says at how many sites an application may be served; nobody asks it for anything else. */
final class FakePolicyEngine implements PolicyEngine {
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private volatile OperatorPolicy policy = OperatorPolicy.UNLIMITED;

    void allow(int servingPops) {
        policy = policy.withMaxServingPops(servingPops);
        watchers.forEach(Runnable::run);
    }

    @Override
    public OperatorPolicy operatorPolicy() {
        return policy;
    }

    @Override
    public Subscription watch(Runnable changed) {
        watchers.add(changed);
        return () -> watchers.remove(changed);
    }

    @Override
    public List<Problem> admit(Application application) {
        throw new UnsupportedOperationException("admission is the orchestrator's");
    }

    @Override
    public CompletionStage<Desired> decide(Policies policies, Demand demand, Observed observed, Instant now) {
        throw new UnsupportedOperationException("scaling is the orchestrator's");
    }
}
