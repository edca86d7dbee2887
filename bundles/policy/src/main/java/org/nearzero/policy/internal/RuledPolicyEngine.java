package org.nearzero.policy.internal;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
import org.nearzero.api.policy.PolicyRule;
import org.nearzero.policy.core.Admission;
import org.nearzero.policy.core.Decision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy engine: the decision of {@link Decision}, third parties' rules, and the operator's caps after the last of them. With
 * no rule a decision is made on the caller's thread with no hand-over; with rules it is made on theirs, within a deadline for all
 * of them together. Thread-safe.
 */
public final class RuledPolicyEngine implements PolicyEngine, AutoCloseable {
    /** How long all the rules together may take for one decision, unless said otherwise. */
    public static final Duration DEFAULT_RULE_DEADLINE = Duration.ofMillis(100);

    private static final Logger LOG = LoggerFactory.getLogger(RuledPolicyEngine.class);

    private final Clock clock;
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private volatile OperatorPolicy operatorPolicy;
    private volatile Duration ruleDeadline = DEFAULT_RULE_DEADLINE;
    private volatile List<GuardedRule> rules = List.of();

    /** @param clock tells how long a rule that misbehaves is left alone */
    public RuledPolicyEngine(OperatorPolicy operatorPolicy, Clock clock) {
        this.operatorPolicy = requireNonNull(operatorPolicy, "operatorPolicy");
        this.clock = requireNonNull(clock, "clock");
    }

    @Override
    public OperatorPolicy operatorPolicy() {
        return operatorPolicy;
    }

    /** Puts another operator's policy in force. */
    public void operatorPolicy(OperatorPolicy policy) {
        operatorPolicy = requireNonNull(policy, "policy");
        changed();
    }

    /** How long all the rules together may take for one decision, more than 0. */
    public void ruleDeadline(Duration deadline) {
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("deadline: " + deadline + " (expected: more than 0)");
        }
        ruleDeadline = deadline;
    }

    /** Adds a rule. @param ranking higher is asked earlier; among equals the one that was added first */
    public void addRule(PolicyRule rule, int ranking) {
        GuardedRule guarded = new GuardedRule(requireNonNull(rule, "rule"), ranking, clock);
        synchronized (this) {
            List<GuardedRule> next = new ArrayList<>(rules);
            next.add(guarded);
            next.sort(Comparator.comparingInt(GuardedRule::ranking).reversed());
            rules = List.copyOf(next);
        }
        changed();
    }

    /** Takes a rule out; one that is not there is no error. */
    public void removeRule(PolicyRule rule) {
        synchronized (this) {
            List<GuardedRule> next = new ArrayList<>(rules);
            next.removeIf(guarded -> {
                if (guarded.guards(rule)) {
                    guarded.close();
                    return true;
                }
                return false;
            });
            rules = List.copyOf(next);
        }
        changed();
    }

    @Override
    public Subscription watch(Runnable changed) {
        requireNonNull(changed, "changed");
        Runnable own = changed::run; // so that the same callback twice is two subscriptions
        watchers.add(own);
        return () -> watchers.remove(own);
    }

    @Override
    public List<Problem> admit(Application application) {
        return Admission.admit(application, operatorPolicy);
    }

    @Override
    public CompletionStage<Desired> decide(Policies policies, Demand demand, Observed observed, Instant now) {
        List<GuardedRule> asked = rules;
        if (asked.isEmpty()) {
            return CompletableFuture.completedFuture(Decision.decide(policies, demand, observed, now));
        }
        long deadline = System.nanoTime() + ruleDeadline.toNanos();
        CompletableFuture<Desired> stage =
                CompletableFuture.completedFuture(Decision.propose(policies, demand, observed, now));
        for (GuardedRule rule : asked) {
            stage = stage.thenCompose(before -> rule.adjust(
                    before,
                    () -> rule.rule().adjust(before, policies, demand, observed, now),
                    Duration.ofNanos(deadline - System.nanoTime()),
                    now));
        }
        return stage.thenApply(proposed -> Decision.cap(proposed, policies, observed));
    }

    @Override
    public void close() {
        synchronized (this) {
            rules.forEach(GuardedRule::close);
            rules = List.of();
        }
        watchers.clear();
    }

    private void changed() {
        for (Runnable watcher : watchers) {
            try {
                watcher.run();
            } catch (RuntimeException e) {
                LOG.warn("watcher={} state=failed", watcher, e);
            }
        }
    }
}
