package org.nearzero.orchestrator.testing;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Peak;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Problem;
import org.nearzero.api.model.Subscription;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;
import org.nearzero.api.policy.PolicyEngine;

/** The settled semantics in a few lines: out at once, in after the delay, the operator wins. */
public final class SimplePolicy implements PolicyEngine {
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    public volatile OperatorPolicy operator = OperatorPolicy.UNLIMITED;
    public volatile List<Problem> problems = List.of();
    /** If set, decisions are not answered before it is complete. */
    public volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    public static Desired of(Policies policies, Demand demand, Observed observed, Instant now) {
        var scaling = policies.scaling();
        int need = scaling.instancesFor(demand.connections());
        int held = need;
        Optional<Instant> wakeAt = Optional.empty();
        for (Peak peak : demand.recent()) {
            Instant until = peak.until().plus(scaling.scaleInDelay());
            if (scaling.instancesFor(peak.connections()) > need && now.isBefore(until)) {
                held = Math.max(held, Math.min(observed.live(), scaling.instancesFor(peak.connections())));
                wakeAt = wakeAt.isEmpty() || until.isBefore(wakeAt.get()) ? Optional.of(until) : wakeAt;
            }
        }
        int wanted = Math.max(scaling.minInstances(), Math.min(scaling.maxInstances(), held));
        var op = policies.operator();
        int room = Math.min(
                op.perApplication().roomFor(policies.each(), org.nearzero.api.model.Usage.NONE),
                Math.min(
                        op.perProvider().roomFor(policies.each(), policies.providerOthers()),
                        op.site().roomFor(policies.each(), policies.siteOthers())));
        int instances = Math.min(wanted, room);
        return new Desired(instances, need + " needed", wakeAt, instances < wanted);
    }

    public void set(OperatorPolicy policy) {
        operator = policy;
        watchers.forEach(Runnable::run);
    }

    @Override
    public OperatorPolicy operatorPolicy() {
        return operator;
    }

    @Override
    public Subscription watch(Runnable changed) {
        watchers.add(changed);
        return () -> watchers.remove(changed);
    }

    @Override
    public List<Problem> admit(Application application) {
        return problems;
    }

    @Override
    public CompletionStage<Desired> decide(Policies policies, Demand demand, Observed observed, Instant now) {
        Desired desired = of(policies, demand, observed, now);
        return gate.thenApply(open -> desired);
    }
}
