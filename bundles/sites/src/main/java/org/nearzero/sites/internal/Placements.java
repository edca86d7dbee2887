package org.nearzero.sites.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.Orchestrator;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.orchestrator.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the orchestrator here is to have: each application in one placement, or not at all. One call for an application at a time; what
 * was wanted last wins; what is refused is tried again, since an engine comes back and an image is loaded. The loop's thread.
 */
final class Placements {
    private static final Logger LOG = LoggerFactory.getLogger(Placements.class);
    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(1);

    private final SiteLoop loop;
    private final Orchestrator orchestrator;
    private final Bringing bringing;
    private final Consumer<AppId> changed;
    private final Map<AppId, Entry> entries = new HashMap<>();

    /** How what an application is made from comes here before it is served here; the homebase has it. */
    @FunctionalInterface
    interface Bringing {
        CompletableFuture<Void> bring(Application application, PopId homebase);
    }

    /** @param changed told of an application whose condition has changed */
    Placements(SiteLoop loop, Orchestrator orchestrator, Bringing bringing, Consumer<AppId> changed) {
        this.loop = loop;
        this.orchestrator = orchestrator;
        this.bringing = bringing;
        this.changed = changed;
    }

    /** What the orchestrator has, or is to have. */
    private record Wanted(Application application, Placement placement) {
        boolean serves() {
            return placement instanceof Placement.Serve;
        }
    }

    /** A hand-over that somebody waits for. */
    private record Attempt(Wanted wanted, CompletableFuture<Void> answer) {}

    /** Hands over once, and keeps at it only if it is taken; else what was wanted before stays so. */
    CompletableFuture<Void> attempt(Application application, Placement placement) {
        Attempt attempt = new Attempt(new Wanted(application, placement), new CompletableFuture<>());
        Entry entry = entry(application.appId());
        entry.attempts.add(attempt);
        entry.next();
        return attempt.answer();
    }

    /** From now on it is to have the application in this placement. */
    void place(Application application, Placement placement) {
        Entry entry = entry(application.appId());
        entry.want(new Wanted(application, placement));
    }

    /** From now on it is not to have the application. */
    void remove(AppId appId, Duration drain) {
        entry(appId).remove(drain);
    }

    /** Why the orchestrator does not take what is wanted; empty: it has it, or is being asked. */
    String condition(AppId appId) {
        Entry entry = entries.get(appId);
        return entry == null ? "" : entry.condition;
    }

    /** Whether the orchestrator has the application in the part that is wanted: what runs under another one says nothing of this. */
    boolean plays(AppId appId) {
        Entry entry = entries.get(appId);
        return entry == null || entry.plays();
    }

    /** Nothing that was wanted counts any more, until it is wanted again. What the orchestrator has goes on. */
    void doubtAll() {
        entries.values().forEach(Entry::doubt);
    }

    /** The same for one application: it was taken, and could not be written down. */
    void doubt(AppId appId) {
        entry(appId).doubt();
    }

    /** Takes back what is doubtful still. */
    void removeDoubtful() {
        List.copyOf(entries.values()).stream()
                .filter(entry -> entry.doubtful)
                .forEach(entry -> entry.remove(Duration.ZERO));
    }

    private Entry entry(AppId appId) {
        return entries.computeIfAbsent(appId, Entry::new);
    }

    private static Duration backOff(int failures) {
        Duration doubled = Duration.ofSeconds(1L << Math.min(6, failures));
        return doubled.compareTo(LONGEST_BACK_OFF) < 0 ? doubled : LONGEST_BACK_OFF;
    }

    private final class Entry {
        private final AppId appId;
        private final Deque<Attempt> attempts = new ArrayDeque<>();
        private Wanted wanted; // null: not to be here
        private Wanted accepted; // null: nobody knows
        private Wanted coming; // what it is made from is being brought
        private Artefact brought; // null: nobody knows
        private Duration drain = Duration.ZERO;
        private boolean toDelete;
        private boolean doubtful;
        private boolean busy;
        private boolean pausing;
        private String condition = "";
        private int failures;

        Entry(AppId appId) {
            this.appId = appId;
        }

        void want(Wanted next) {
            if (!next.equals(wanted)) {
                failures = 0;
                pausing = false;
                coming = null;
                say(""); // what was refused is not wanted any more
            }
            wanted = next;
            toDelete = false;
            doubtful = false;
            next();
        }

        boolean plays() {
            return wanted == null
                    || accepted != null
                            && accepted.placement()
                                    .getClass()
                                    .equals(wanted.placement().getClass());
        }

        void doubt() {
            doubtful |= wanted != null;
            wanted = null;
            accepted = null;
            coming = null;
        }

        void remove(Duration within) {
            wanted = null;
            coming = null;
            drain = within;
            toDelete = true;
            doubtful = false;
            attempts.forEach(attempt -> attempt.answer()
                    .completeExceptionally(new RefusedException(
                            RefusedException.Code.INCOMPATIBLE_STATE, "app=" + appId + ": it is being taken back")));
            attempts.clear();
            say("");
            next();
        }

        void next() {
            if (busy) {
                return;
            }
            Attempt attempt = attempts.poll();
            if (attempt != null) {
                call(attempt.wanted(), failure -> {
                    if (failure == null) {
                        wanted = attempt.wanted();
                        toDelete = false;
                        doubtful = false;
                        attempt.answer().complete(null);
                    } else {
                        attempt.answer().completeExceptionally(failure);
                    }
                });
            } else if (toDelete) {
                toDelete = false;
                delete();
            } else if (wanted != null && !wanted.equals(accepted) && !pausing && coming == null) {
                Wanted tried = wanted;
                if (isToBeBrought()) {
                    bring(tried);
                } else {
                    call(tried, failure -> {
                        if (failure != null && tried.equals(wanted)) {
                            pause(failure);
                        }
                    });
                }
            }
        }

        /**
         * Before anything changes; only after a restart it is asked for at once what was there before, since it may run still, and no
         * connection is served before.
         */
        private boolean isToBeBrought() {
            return wanted.serves()
                    && (accepted != null || failures > 0)
                    && !wanted.application().artefact().equals(brought);
        }

        private void bring(Wanted what) {
            coming = what;
            bringing.bring(what.application(), ((Placement.Serve) what.placement()).homebase())
                    .whenComplete((done, failed) -> loop.execute(() -> {
                        if (coming != what) {
                            return; // what is wanted has changed meanwhile
                        }
                        coming = null;
                        if (failed == null) {
                            brought = what.application().artefact();
                            next();
                        } else {
                            pause(Reasons.unwrapped(failed));
                        }
                    }));
        }

        private void call(Wanted what, Consumer<Throwable> then) {
            busy = true;
            orchestrator
                    .apply(what.application(), what.placement())
                    .whenComplete((status, failed) -> loop.execute(() -> {
                        busy = false;
                        Throwable failure = failed == null ? null : Reasons.unwrapped(failed);
                        if (failure == null) {
                            boolean played = plays();
                            accepted = what;
                            brought = what.placement() instanceof Placement.Relay
                                    ? null
                                    : what.application().artefact();
                            failures = 0;
                            say("");
                            if (!played) {
                                changed.accept(appId);
                            }
                        }
                        then.accept(failure);
                        next();
                    }));
        }

        /** What is wanted meanwhile need not wait for the drain to end; if it has to, its end is a reason to try again. */
        private void delete() {
            accepted = null;
            orchestrator
                    .delete(appId, drain)
                    .whenComplete((done, failed) -> loop.execute(() -> {
                        Throwable failure = failed == null ? null : Reasons.unwrapped(failed);
                        boolean gone = failure == null
                                || failure instanceof RefusedException refused
                                        && refused.code() == RefusedException.Code.NOT_FOUND;
                        if (wanted != null || busy || toDelete || !attempts.isEmpty()) {
                            pausing = false;
                            next();
                        } else if (gone) {
                            entries.remove(appId, this);
                        } else {
                            LOG.warn(
                                    "event=delete-failed app={} reason=\"{}\" next=\"tried again\"",
                                    appId,
                                    Reasons.of(failure));
                            loop.later(backOff(failures++), () -> {
                                toDelete = wanted == null;
                                next();
                            });
                        }
                    }));
        }

        private void pause(Throwable failure) {
            Duration backOff = backOff(failures++);
            pausing = true;
            if (!Reasons.of(failure).equals(condition)) {
                LOG.warn(
                        "event=placement-refused app={} placement={} reason=\"{}\" next=\"what was before goes on; tried again\"",
                        appId,
                        wanted.placement().getClass().getSimpleName(),
                        Reasons.of(failure));
            }
            say(Reasons.of(failure));
            Wanted paused = wanted;
            loop.later(backOff, () -> {
                if (paused.equals(wanted)) {
                    pausing = false;
                    next();
                }
            });
        }

        private void say(String now) {
            if (!now.equals(condition)) {
                condition = now;
                changed.accept(appId);
            }
        }
    }
}
