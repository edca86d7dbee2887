package org.nearzero.policy.internal;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
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
 * The policy engine: the pure decision, with third parties' rules between the developer's bounds and the operator's caps.
 *
 * <p><b>Threading.</b> All methods may be called from any thread and none blocks. With no rule a decision is made on the
 * caller's thread, and no thread is ever started. With rules, one thread of the engine's leads decisions past them, and each rule
 * is called on a thread of its own, one call at a time. A stage that completes later does so on the engine's thread: what depends
 * on it must be quick, or run elsewhere.
 *
 * <p><b>Foreign code.</b> A rule that throws, answers null or does not answer in time is passed over, and left out for 10 s at
 * first, for twice as long each time in a row, for 5 min at most. Each time is one WARN. It cannot cost more than its one thread,
 * and cannot lift a decision over the developer's {@code maxInstances} nor over the operator's caps.
 */
public final class RuledPolicyEngine implements PolicyEngine, AutoCloseable {
    /** How long all rules together may take over one decision, unless configured. */
    public static final Duration DEFAULT_RULE_DEADLINE = Duration.ofMillis(100);

    private static final Logger LOG = LoggerFactory.getLogger(RuledPolicyEngine.class);

    private final Clock clock;
    private final ScheduledThreadPoolExecutor loop;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final Object change = new Object();
    private volatile OperatorPolicy operatorPolicy;
    private volatile Duration ruleDeadline = DEFAULT_RULE_DEADLINE;
    private volatile RankedRules rules = RankedRules.NONE;
    private boolean closed;

    /**
     * @param operatorPolicy the policy in force at first
     * @param clock tells when a rule that was left out is asked again; the same that makes the {@code now} of decisions
     */
    public RuledPolicyEngine(OperatorPolicy operatorPolicy, Clock clock) {
        this.operatorPolicy = requireNonNull(operatorPolicy, "operatorPolicy");
        this.clock = requireNonNull(clock, "clock");
        loop = new ScheduledThreadPoolExecutor(
                1, Threads.named("nearzero-policy", RuledPolicyEngine.class.getClassLoader()));
        loop.setRemoveOnCancelPolicy(true);
    }

    @Override
    public OperatorPolicy operatorPolicy() {
        return operatorPolicy;
    }

    /** Puts another policy of the operator's in force, and tells the watchers if it differs. */
    public void operatorPolicy(OperatorPolicy policy) {
        requireNonNull(policy, "policy");
        synchronized (change) {
            if (policy.equals(operatorPolicy)) {
                return;
            }
            operatorPolicy = policy;
        }
        changed();
    }

    /** Sets how long all rules together may take over one decision, more than 0. */
    public void ruleDeadline(Duration deadline) {
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("ruleDeadline: " + deadline + " (expected: > 0)");
        }
        ruleDeadline = deadline;
    }

    /** Adds a rule, or gives one that is here already another ranking. Does nothing once the engine is closed. */
    public void addRule(PolicyRule rule, int ranking) {
        requireNonNull(rule, "rule");
        synchronized (change) {
            if (closed) {
                return;
            }
            RuleRunner runner = rules.find(rule).orElseGet(() -> new RuleRunner(rule, clock, loop));
            rules = rules.with(runner, ranking);
        }
        changed();
    }

    /** Takes a rule back. Decisions that wait for it go on without it; its thread is interrupted. */
    public void removeRule(PolicyRule rule) {
        synchronized (change) {
            RuleRunner runner = rules.find(rule).orElse(null);
            if (runner == null) {
                return;
            }
            rules = rules.without(runner);
            loop.execute(runner::close);
        }
        changed();
    }

    /** {@inheritDoc} It is called on the thread that makes the change, under no lock; one that throws is logged. */
    @Override
    public Subscription watch(Runnable changed) {
        Watcher watcher = new Watcher(requireNonNull(changed, "changed"));
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    @Override
    public List<Problem> admit(Application application) {
        return Admission.admit(application, operatorPolicy);
    }

    @Override
    public CompletionStage<Desired> decide(Policies policies, Demand demand, Observed observed, Instant now) {
        List<RuleRunner> asked = rules.inOrder();
        if (!asked.isEmpty()) {
            CompletableFuture<Desired> result = new CompletableFuture<>();
            Desired proposed = Decision.propose(policies, demand, observed, now);
            Question question = new Question(proposed, policies, demand, observed, now);
            long deadline = System.nanoTime() + ruleDeadline.toNanos();
            try {
                loop.execute(new RuledDecision(asked, question, deadline, result)::proceed);
                return result;
            } catch (RejectedExecutionException closedMeanwhile) {
                // Then there is no rule any more.
            }
        }
        return CompletableFuture.completedFuture(Decision.decide(policies, demand, observed, now));
    }

    /** Removes all rules and ends the engine's threads. Decisions under way complete without them; so do later ones. */
    @Override
    public void close() {
        synchronized (change) {
            if (closed) {
                return;
            }
            closed = true;
            rules.inOrder().forEach(runner -> loop.execute(runner::close));
            rules = RankedRules.NONE;
            // Last in line: a decision that is queued before it still needs the loop's timers to be answered.
            loop.execute(loop::shutdown);
        }
        watchers.clear();
    }

    private void changed() {
        for (Watcher watcher : watchers) {
            try {
                watcher.changed.run();
            } catch (RuntimeException e) {
                LOG.warn("watcher={} failed on a change of policy", watcher.changed, e);
            }
        }
    }

    /** So that the same {@code Runnable} can watch twice. */
    private static final class Watcher {
        private final Runnable changed;

        Watcher(Runnable changed) {
            this.changed = changed;
        }
    }
}
