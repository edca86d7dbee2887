package org.nearzero.sites.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.HomebaseRule;
import org.nearzero.api.sites.PointOfPresence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the operator's rules for a homebase, the highest ranking first; one that throws or hangs is passed over. */
final class HomebaseRules implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HomebaseRules.class);
    private static final long PATIENCE_SECONDS = 5;

    private final List<Ranked> rules = new CopyOnWriteArrayList<>();

    private record Ranked(HomebaseRule rule, int ranking, ExecutorService thread) {}

    void add(HomebaseRule rule, int ranking) {
        rules.add(new Ranked(rule, ranking, Threads.few("nearzero-homebase-rule", 1)));
    }

    void remove(HomebaseRule rule) {
        rules.stream().filter(ranked -> ranked.rule() == rule).forEach(ranked -> {
            rules.remove(ranked);
            ranked.thread().shutdown();
        });
    }

    /** What the rules say; empty if none has an opinion. Never fails. */
    CompletableFuture<Optional<PopId>> choose(
            Application application, PopId handedOverAt, List<PointOfPresence> candidates) {
        CompletableFuture<Optional<PopId>> answer = CompletableFuture.completedFuture(Optional.empty());
        List<Ranked> inOrder = rules.stream()
                .sorted(Comparator.comparingInt(Ranked::ranking).reversed())
                .toList();
        for (Ranked ranked : inOrder) {
            answer = answer.thenCompose(chosen -> chosen.isPresent()
                    ? CompletableFuture.completedFuture(chosen)
                    : ask(ranked, application, handedOverAt, candidates));
        }
        return answer;
    }

    private static CompletableFuture<Optional<PopId>> ask(
            Ranked ranked, Application application, PopId handedOverAt, List<PointOfPresence> candidates) {
        return CompletableFuture.completedFuture(candidates)
                .thenApplyAsync(sites -> ranked.rule().choose(application, handedOverAt, sites), ranked.thread())
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .thenApply(chosen -> chosen.filter(pop -> isOne(pop, candidates)))
                .exceptionally(failure -> {
                    LOG.warn(
                            "event=homebase-rule-failed rule={} app={} next=\"passed over\"",
                            ranked.rule().getClass().getName(),
                            application.appId(),
                            Reasons.unwrapped(failure));
                    return Optional.empty();
                });
    }

    private static boolean isOne(PopId pop, List<PointOfPresence> candidates) {
        return candidates.stream().anyMatch(site -> site.popId().equals(pop));
    }

    @Override
    public void close() {
        rules.forEach(ranked -> ranked.thread().shutdown());
    }
}
