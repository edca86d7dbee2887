package org.nearzero.policy.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.policy.PolicyRule;

/** Rules in the order in which they are asked: highest ranking first, among equals the one that came first. Immutable. */
record RankedRules(List<Ranked> ranked, List<RuleRunner> inOrder) {
    static final RankedRules NONE = new RankedRules(List.of(), List.of());

    record Ranked(RuleRunner runner, int ranking) {}

    private static RankedRules of(List<Ranked> ranked) {
        List<Ranked> sorted = new ArrayList<>(ranked);
        // A stable sort: equals stay in the order in which they came.
        sorted.sort(Comparator.comparingInt(Ranked::ranking).reversed());
        return new RankedRules(
                List.copyOf(sorted), sorted.stream().map(Ranked::runner).toList());
    }

    /** The runner of a rule: the very same object, whatever it says of equality. */
    Optional<RuleRunner> find(PolicyRule rule) {
        return inOrder.stream().filter(runner -> runner.rule() == rule).findFirst();
    }

    RankedRules with(RuleRunner runner, int ranking) {
        List<Ranked> more = new ArrayList<>(ranked);
        more.removeIf(one -> one.runner() == runner);
        more.add(new Ranked(runner, ranking));
        return of(more);
    }

    RankedRules without(RuleRunner runner) {
        return of(ranked.stream().filter(one -> one.runner() != runner).toList());
    }
}
