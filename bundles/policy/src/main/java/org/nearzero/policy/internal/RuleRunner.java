package org.nearzero.policy.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.PolicyRule;
import org.nearzero.policy.core.Adjustment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one rule, one question at a time, on one thread of the rule's own; so a rule that hangs costs one thread for as long as
 * it hangs, and is not asked again before it comes back. Everything but the call itself happens on the engine's thread.
 */
final class RuleRunner {
    /** When a decision that found the rule busy with others is worth another try. */
    static final Duration BUSY_RETRY = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(RuledPolicyEngine.class);
    private static final long IDLE_THREAD_SECONDS = 30;

    private final PolicyRule rule;
    private final Clock clock;
    private final ScheduledExecutorService loop;
    private final ThreadPoolExecutor thread;
    private final Quarantine quarantine = new Quarantine();
    private final ArrayDeque<RuleCall> waiting = new ArrayDeque<>();
    private RuleCall current;
    private boolean closed;
    /** The rule's own name once it has told it: asking is a call into foreign code like any other. */
    private volatile String name;

    RuleRunner(PolicyRule rule, Clock clock, ScheduledExecutorService loop) {
        this.rule = rule;
        this.clock = clock;
        this.loop = loop;
        Class<?> type = rule.getClass();
        thread = new ThreadPoolExecutor(
                1,
                1,
                IDLE_THREAD_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Threads.named("nearzero-policy-rule-" + type.getSimpleName(), type.getClassLoader()));
        thread.allowCoreThreadTimeOut(true);
    }

    PolicyRule rule() {
        return rule;
    }

    String name() {
        String told = name;
        return told == null ? rule.getClass().getName() : told;
    }

    /** Asks the rule; {@code then} is called once on the engine's thread, within {@code budgetNanos} or at once. */
    void ask(Question question, long budgetNanos, Consumer<Answer> then) {
        RuleCall call = new RuleCall(question, then);
        if (closed) {
            call.answer(new Answer.PassedOver("it was removed", clock.instant()));
        } else if (quarantine.holds(clock.instant())) {
            call.answer(quarantine.answer());
        } else if (current != null && current.isAnswered() && current.isRunning()) {
            misbehaved(call, "still hangs in an earlier call");
        } else {
            Duration budget = Duration.ofNanos(budgetNanos);
            call.deadline(loop.schedule(() -> overdue(call, budget), budgetNanos, TimeUnit.NANOSECONDS));
            waiting.add(call);
            next();
        }
    }

    /** Lets go of the rule: who waits for it goes on without, its thread ends as soon as it lets it. */
    void close() {
        closed = true;
        thread.shutdownNow();
        Answer removed = new Answer.PassedOver("it was removed", clock.instant());
        if (current != null) {
            current.answer(removed);
        }
        releaseAll(removed);
    }

    private void next() {
        if (current == null && !waiting.isEmpty()) {
            RuleCall call = waiting.remove();
            current = call;
            thread.execute(() -> run(call));
        }
    }

    /** On the rule's thread. */
    private void run(RuleCall call) {
        Desired answer = null;
        String problem = "answered null";
        if (call.begin()) {
            try {
                learnName();
                answer = call.question.put(rule);
            } catch (Throwable foreign) {
                // Errors too: a refreshed bundle throws NoClassDefFoundError, endless recursion StackOverflowError.
                problem = describe(foreign);
            } finally {
                call.end();
            }
        }
        Desired given = answer;
        String wrong = problem;
        try {
            loop.execute(() -> ended(call, given, wrong));
        } catch (RejectedExecutionException engineClosed) {
            // Nobody waits for this answer any more.
        }
    }

    private void learnName() {
        if (name == null) {
            String told = rule.name();
            name = told == null || told.isBlank() ? rule.getClass().getName() : Adjustment.line(told);
        }
    }

    private static String describe(Throwable foreign) {
        Class<?> thrown = foreign.getClass();
        String type = thrown.isAnonymousClass() ? thrown.getName() : thrown.getSimpleName();
        try {
            String message = foreign.getMessage();
            return "threw " + type + (message == null ? "" : ": " + Adjustment.line(message));
        } catch (Throwable evenThat) {
            return "threw " + type;
        }
    }

    private void ended(RuleCall call, Desired answer, String problem) {
        current = null;
        if (!call.isAnswered()) {
            if (answer == null) {
                misbehaved(call, problem);
            } else {
                if (quarantine.clear()) {
                    LOG.info("rule={} answers again", name());
                }
                call.answer(new Answer.Given(answer));
            }
        }
        if (!closed) {
            next();
        }
    }

    private void overdue(RuleCall call, Duration budget) {
        if (call.isAnswered()) {
            return;
        }
        switch (call.giveUp()) {
            case RUNNING -> misbehaved(call, "no answer within " + budget.toMillis() + "ms");
            case QUEUED -> {
                // Not its turn yet, or no processor to run on: not the rule's fault.
                waiting.remove(call);
                call.answer(new Answer.PassedOver(
                        "busy with other decisions", clock.instant().plus(BUSY_RETRY)));
            }
            case OVER -> {
                // It did answer: ended() is next in line on this thread.
            }
        }
    }

    private void misbehaved(RuleCall call, String why) {
        quarantine.begin(why, clock.instant());
        Answer.PassedOver answer = quarantine.answer();
        LOG.warn(
                "rule={} app={} left out until={}: {}",
                name(),
                call.question.demand().appId(),
                answer.retryAt(),
                why);
        call.answer(answer);
        releaseAll(answer);
    }

    private void releaseAll(Answer answer) {
        List<RuleCall> released = new ArrayList<>(waiting);
        waiting.clear();
        released.forEach(call -> call.answer(answer));
    }
}
