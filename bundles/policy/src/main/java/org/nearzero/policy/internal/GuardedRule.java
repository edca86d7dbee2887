package org.nearzero.policy.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.PolicyRule;
import org.nearzero.policy.core.Adjustment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A third party's rule behind a fence: called on one thread of its own, with a deadline. One that throws, answers null or hangs
 * is passed over and left alone for a while: 10 s at first, doubled with each failure in a row up to 5 min. A rule that hangs for
 * good holds its one thread and no more.
 */
final class GuardedRule {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedRule.class);
    private static final Duration FIRST_QUARANTINE = Duration.ofSeconds(10);
    private static final Duration LONGEST_QUARANTINE = Duration.ofMinutes(5);
    private static final int DOUBLINGS = 5;
    private static final int WAITING_CALLS = 1_000;

    private record Quarantine(int failures, Instant until, String why) {
        static final Quarantine NONE = new Quarantine(0, Instant.MIN, "");
    }

    private final PolicyRule rule;
    private final int ranking;
    private final String name;
    private final Clock clock;
    private final ThreadPoolExecutor executor;
    private volatile Quarantine quarantine = Quarantine.NONE;

    GuardedRule(PolicyRule rule, int ranking, Clock clock) {
        this.rule = rule;
        this.ranking = ranking;
        this.name = nameOf(rule);
        this.clock = clock;
        this.executor =
                new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_CALLS), this::thread);
        executor.allowCoreThreadTimeOut(true);
    }

    boolean guards(PolicyRule other) {
        return rule == other;
    }

    int ranking() {
        return ranking;
    }

    void close() {
        executor.shutdownNow();
    }

    /**
     * What the rule makes of a proposal, or the proposal with a word on why the rule was passed over.
     *
     * @param call asks the rule; runs on the rule's own thread
     * @param left how long the answer may take
     * @return never fails
     */
    CompletableFuture<Desired> adjust(Desired before, Supplier<Desired> call, Duration left, Instant now) {
        Quarantine current = quarantine;
        if (current.until().isAfter(now)) {
            return CompletableFuture.completedFuture(
                    Adjustment.passedOver(before, name, current.why(), current.until(), now));
        }
        if (left.isNegative() || left.isZero()) {
            return passedOver(before, "the rules before it took all the time there is", now);
        }
        CompletableFuture<Desired> answer = new CompletableFuture<>();
        Future<?> running;
        try {
            running = executor.submit(() -> answer(answer, call));
        } catch (RejectedExecutionException e) {
            return passedOver(before, "too many calls wait for it", now);
        }
        return answer.orTimeout(left.toNanos(), TimeUnit.NANOSECONDS).handle((desired, failure) -> {
            if (failure == null && desired != null) {
                quarantine = Quarantine.NONE;
                return Adjustment.adjusted(before, name, desired, now);
            }
            running.cancel(true);
            Quarantine entered = enter(why(failure, left));
            return Adjustment.passedOver(before, name, entered.why(), entered.until(), now);
        });
    }

    /** The rule itself, for {@link #adjust}'s call. */
    PolicyRule rule() {
        return rule;
    }

    private static void answer(CompletableFuture<Desired> answer, Supplier<Desired> call) {
        try {
            answer.complete(call.get());
        } catch (Throwable e) { // whatever a stranger's code throws, linkage errors of its bundle included
            answer.completeExceptionally(e);
        }
    }

    private CompletableFuture<Desired> passedOver(Desired before, String why, Instant now) {
        Instant retryAt = now.plus(Adjustment.SOONEST_WAKE);
        return CompletableFuture.completedFuture(Adjustment.passedOver(before, name, why, retryAt, now));
    }

    private synchronized Quarantine enter(String why) {
        Instant now = clock.instant();
        if (quarantine.until().isAfter(now)) {
            return quarantine; // calls that were under way together fail together: that is one failure
        }
        int failures = quarantine.failures() + 1;
        Duration length = FIRST_QUARANTINE.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS));
        length = length.compareTo(LONGEST_QUARANTINE) > 0 ? LONGEST_QUARANTINE : length;
        quarantine = new Quarantine(failures, now.plus(length), why);
        LOG.warn("rule={} state=quarantined failures={} until={} why={}", name, failures, quarantine.until(), why);
        return quarantine;
    }

    private static String why(Throwable failure, Duration left) {
        if (failure == null) {
            return "it answered null";
        }
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException) {
            return "no answer within " + left.toMillis() + "ms";
        }
        return "it threw " + Adjustment.line(String.valueOf(cause));
    }

    private static String nameOf(PolicyRule rule) {
        try {
            String name = rule.name();
            return name == null || name.isBlank() ? rule.getClass().getName() : Adjustment.line(name);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("rule={} state=nameless why=\"{}\"", rule.getClass().getName(), e.toString());
            return rule.getClass().getName();
        }
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, "nearzero-policy-rule-" + name);
        thread.setDaemon(true);
        return thread;
    }
}
