package org.nearzero.sites.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.store.Store;
import org.nearzero.sites.core.Effect;
import org.nearzero.sites.core.Kept;
import org.nearzero.sites.core.Member;
import org.nearzero.sites.core.Site;
import org.nearzero.sites.core.SiteEvent;
import org.nearzero.sites.core.SyncMessage;
import org.nearzero.sites.core.Times;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that a {@link Site} lives on. Messages that wait are taken together; what they decided is written in one go; only
 * then are their effects carried out and their callers answered. The write is made on this very thread: until it is on the disk there is
 * nothing that a site could say or do. No network, no foreign code runs here.
 *
 * <p>If the store fails, the site is given up and made again from what the store holds, as after a crash: callers are told that nothing has
 * changed, and that is true.
 */
final class SiteLoop implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SiteLoop.class);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(30);
    private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

    private final SitesSettings settings;
    private final Store store;
    private final IntSupplier operatorAllows;
    private final Clock clock;
    private final Outcome outcome;
    private final ScheduledThreadPoolExecutor thread;

    private final Object guard = new Object();
    private Site site; // the loop changes it under the guard; others read under the guard
    private volatile String away = "it is starting";

    // The loop's thread only:
    private List<Effect> effects = new ArrayList<>();
    private List<Waiting> waiting = new ArrayList<>();
    private boolean flushing;
    private Instant wakeAt = Times.FOREVER;
    private ScheduledFuture<?> alarm;
    private long incarnation;
    private int failures;

    /** What becomes of it. Called on the loop, in order; must not block. */
    interface Outcome {
        /** Carries out an effect other than writing. */
        void carryOut(Effect effect);

        /** The site was given up: what it asked for last may not be written down. It will be made anew. */
        void lost();

        /** The site was made, and all that it asks for at its start has been carried out. */
        void up();
    }

    /** Somebody who is answered once what was decided is on the disk. */
    private record Waiting(Runnable written, Consumer<RuntimeException> failed) {}

    /** @param operatorAllows the operator's {@code maxServingPops} in force; asked on the loop */
    SiteLoop(SitesSettings settings, Store store, IntSupplier operatorAllows, Clock clock, Outcome outcome) {
        this.settings = settings;
        this.store = store;
        this.operatorAllows = operatorAllows;
        this.clock = clock;
        this.outcome = outcome;
        this.thread = new ScheduledThreadPoolExecutor(1, Threads.factory("nearzero-sites"));
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    void start() {
        execute(this::boot);
    }

    /** Runs something on the loop; dropped once it is closed. Any thread. */
    @Override
    public void execute(Runnable message) {
        try {
            thread.execute(() -> runSafely(message));
        } catch (RejectedExecutionException e) {
            LOG.debug("event=message-dropped reason=closed");
        }
    }

    /** Runs something on the loop later; dropped once it is closed. Any thread. */
    void later(Duration delay, Runnable message) {
        try {
            thread.schedule(() -> runSafely(message), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("event=alarm-dropped reason=closed");
        }
    }

    /** Something happened. Any thread. */
    void on(SiteEvent event) {
        call((current, now) -> current.on(event, now), current -> null);
    }

    /** The operator's policy has changed. What is in force is read on the loop, so that of several changes the last one counts. */
    void operatorPolicyChanged() {
        call(
                (current, now) -> current.on(new SiteEvent.OperatorAllows(operatorAllows.getAsInt()), now),
                current -> null);
    }

    /** A peer that has proven to be {@code message.from()} has answered. Any thread. */
    void received(SyncMessage message) {
        call((current, now) -> current.received(message, now), current -> null);
    }

    Instant now() {
        return clock.instant();
    }

    /**
     * Has the site decide something, and tells what it says once that is on the disk.
     *
     * @return completes on the loop's thread; fails with {@link RefusedException} {@code UNAVAILABLE}, in which case nothing has
     *     changed
     */
    <T> CompletableFuture<T> call(BiFunction<Site, Instant, List<Effect>> decide, Function<Site, T> say) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            thread.execute(() -> turn(decide, say, answer));
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(unavailable("it is shutting down"));
        }
        return answer;
    }

    /** What the site says at the moment; empty while there is none. Any thread: waits for a pure call at most, never for I/O. */
    <T> Optional<T> look(Function<Site, T> reader) {
        synchronized (guard) {
            return Optional.ofNullable(site).map(reader);
        }
    }

    private <T> void turn(
            BiFunction<Site, Instant, List<Effect>> decide, Function<Site, T> say, CompletableFuture<T> answer) {
        if (site == null) {
            answer.completeExceptionally(unavailable(away));
            return;
        }
        try {
            synchronized (guard) {
                effects.addAll(decide.apply(site, clock.instant()));
            }
        } catch (RuntimeException e) {
            if (!(e instanceof RefusedException)) {
                LOG.error("event=site-decision-failed next=\"goes on with the next\"", e);
            }
            answer.completeExceptionally(e);
            return;
        }
        waiting.add(new Waiting(() -> answerWith(say, answer), answer::completeExceptionally));
        flushSoon();
    }

    private <T> void answerWith(Function<Site, T> say, CompletableFuture<T> answer) {
        T said;
        try {
            synchronized (guard) {
                said = say.apply(site);
            }
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
            return;
        }
        answer.complete(said);
    }

    /** After the messages that wait already: what they decide is written together. */
    private void flushSoon() {
        if (flushing) {
            return;
        }
        try {
            thread.execute(this::flush);
            flushing = true;
        } catch (RejectedExecutionException e) {
            effects.clear();
            waiting.forEach(caller -> caller.failed().accept(unavailable("it is shutting down")));
            waiting.clear();
        }
    }

    private void flush() {
        flushing = false;
        List<Effect> due = effects;
        List<Waiting> callers = waiting;
        effects = new ArrayList<>();
        waiting = new ArrayList<>();
        try {
            write(due);
        } catch (RuntimeException e) {
            giveUp(e, callers);
            return;
        }
        for (Effect effect : due) {
            if (!(effect instanceof Effect.Persist)) {
                runSafely(() -> outcome.carryOut(effect));
            }
        }
        callers.forEach(caller -> runSafely(caller.written()));
        rearm();
    }

    private void write(List<Effect> due) {
        List<Store.Change> changes = new ArrayList<>();
        for (Effect effect : due) {
            if (effect instanceof Effect.Persist persist) {
                persist.changes().forEach(change -> changes.add(Codec.change(change)));
            }
        }
        if (!changes.isEmpty()) {
            store.write(changes);
        }
    }

    private void giveUp(RuntimeException why, List<Waiting> callers) {
        synchronized (guard) {
            site = null;
        }
        away = "its store fails: " + Reasons.of(why);
        runSafely(outcome::lost);
        Duration backOff = Duration.ofSeconds(1L << Math.min(5, failures++));
        backOff = backOff.compareTo(LONGEST_BACK_OFF) < 0 ? backOff : LONGEST_BACK_OFF;
        LOG.error(
                "event=store-failed pop={} retryIn={} next=\"what is served goes on; nothing is decided until the store works\"",
                settings.popId(),
                backOff,
                why);
        callers.forEach(caller -> runSafely(() -> caller.failed().accept(unavailable(away))));
        later(backOff, this::boot);
    }

    private void boot() {
        try {
            List<Kept> kept = Codec.all(store);
            Member self = self(kept);
            Instant now = clock.instant();
            Site made = new Site(settings.core(), self, kept, operatorAllows.getAsInt(), now);
            effects.addAll(made.start(now));
            synchronized (guard) {
                site = made;
            }
            waiting.add(new Waiting(this::up, failure -> {}));
        } catch (RuntimeException e) {
            effects.clear();
            giveUp(e, List.of());
            return;
        }
        flushSoon();
    }

    private void up() {
        failures = 0;
        outcome.up();
        LOG.info("event=site-up pop={} incarnation={}", settings.popId(), incarnation);
    }

    /** Higher than at any start before, even if the store was lost. */
    private Member self(List<Kept> kept) {
        Optional<Member> before = kept.stream()
                .filter(Member.class::isInstance)
                .map(Member.class::cast)
                .filter(member -> member.popId().equals(settings.popId()))
                .findFirst();
        incarnation = Math.max(incarnation + 1, clock.instant().getEpochSecond());
        incarnation = Math.max(incarnation, before.map(Member::incarnation).orElse(0L) + 1);
        Member self = Member.of(settings.popId(), settings.zoneId(), settings.doors(), settings.ingress(), incarnation);
        return before.map(member -> self.saying(member.availability(), member.availabilityVersion()))
                .orElse(self);
    }

    private void rearm() {
        if (site == null || thread.isShutdown()) {
            return;
        }
        Instant next = site.wakeAt();
        if (next.equals(wakeAt) && alarm != null && !alarm.isDone()) {
            return;
        }
        wakeAt = next;
        if (alarm != null) {
            alarm.cancel(false);
        }
        if (!next.equals(Times.FOREVER)) {
            Instant now = clock.instant();
            Instant latest = now.plus(LONGEST_SLEEP);
            Duration delay = Duration.between(now, next.isBefore(latest) ? next : latest);
            long nanos = Math.max(0, delay.toNanos());
            alarm = thread.schedule(() -> on(SiteEvent.WOKEN), nanos, TimeUnit.NANOSECONDS);
        }
    }

    private RefusedException unavailable(String why) {
        return new RefusedException(
                RefusedException.Code.UNAVAILABLE,
                "pop=" + settings.popId() + ": not at the moment, " + why + "; try again");
    }

    private static void runSafely(Runnable message) {
        try {
            message.run();
        } catch (RuntimeException | Error e) {
            LOG.error("event=loop-message-failed next=\"goes on with the next message\"", e);
        }
    }

    /** Ends the loop after the messages that wait already. A write under way is waited for, never interrupted; 10 s at most. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("event=close-incomplete pop={} reason=\"the store still writes\"", settings.popId());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
