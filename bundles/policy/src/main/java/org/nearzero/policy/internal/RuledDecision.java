package org.nearzero.policy.internal;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.nearzero.api.policy.Desired;
import org.nearzero.policy.core.Adjustment;
import org.nearzero.policy.core.Decision;

/** One decision's way past the rules, highest ranking first, and to the operator's caps. Confined to the engine's thread. */
final class RuledDecision {
    private final List<RuleRunner> rules;
    private final Question asked;
    private final long deadlineNanos;
    private final CompletableFuture<Desired> result;
    private Desired proposed;
    private int next;

    /** @param deadlineNanos when all rules must have answered, on the scale of {@link System#nanoTime} */
    RuledDecision(List<RuleRunner> rules, Question asked, long deadlineNanos, CompletableFuture<Desired> result) {
        this.rules = rules;
        this.asked = asked;
        this.deadlineNanos = deadlineNanos;
        this.result = result;
        this.proposed = asked.proposed();
    }

    void proceed() {
        if (next == rules.size()) {
            result.complete(Decision.cap(proposed, asked.policies(), asked.observed()));
            return;
        }
        // Each may take an equal share of what is left, so that one which hangs leaves time for those after it.
        long share = (deadlineNanos - System.nanoTime()) / (rules.size() - next);
        RuleRunner rule = rules.get(next++);
        rule.ask(asked.with(proposed), Math.max(0, share), answer -> {
            proposed = merged(rule, answer);
            proceed();
        });
    }

    private Desired merged(RuleRunner rule, Answer answer) {
        if (answer instanceof Answer.Given given) {
            int most = asked.policies().scaling().maxInstances();
            return Adjustment.adjusted(proposed, rule.name(), given.desired(), most, asked.now());
        }
        Answer.PassedOver passed = (Answer.PassedOver) answer;
        return Adjustment.passedOver(proposed, rule.name(), passed.why(), passed.retryAt(), asked.now());
    }
}
