package org.nearzero.management.internal;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.Orchestrator;
import org.nearzero.api.policy.Desired;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands applications to the orchestrator and takes them back, and sees to it that what was taken survives a restart. Changes of
 * one application exclude each other, so that what is kept is what runs. Thread-safe.
 */
final class Applications {
    private static final Logger LOG = LoggerFactory.getLogger(Applications.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(200);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

    private final Orchestrator orchestrator;
    private final ApplicationStore store;
    private final ScheduledExecutorService keeper;
    private final Clock clock;
    private final Set<AppId> changing = ConcurrentHashMap.newKeySet();
    private final Map<AppId, ApplicationStatus> waiting = new ConcurrentHashMap<>();
    private final Set<AppId> unreadable = ConcurrentHashMap.newKeySet();
    private final Set<AppId> denied = ConcurrentHashMap.newKeySet();

    /** @param keeper one thread, the caller's to close: writes to the disk and tries again */
    Applications(Orchestrator orchestrator, ApplicationStore store, ScheduledExecutorService keeper, Clock clock) {
        this.orchestrator = orchestrator;
        this.store = store;
        this.keeper = keeper;
        this.clock = clock;
    }

    /** How one is doing; one that is kept but was not taken again yet is failing, with the reason. */
    Optional<ApplicationStatus> status(AppId appId) {
        return orchestrator.status(appId).or(() -> Optional.ofNullable(waiting.get(appId)));
    }

    /** How all are doing, by name. */
    List<ApplicationStatus> statuses() {
        List<ApplicationStatus> all = new ArrayList<>(orchestrator.statuses());
        for (ApplicationStatus kept : waiting.values()) {
            boolean taken = all.stream().anyMatch(status -> id(status).equals(id(kept)));
            if (!taken) {
                all.add(kept);
            }
        }
        all.sort(Comparator.comparing(Applications::id));
        return all;
    }

    /**
     * Hands an application over, and keeps its manifest if it is taken.
     *
     * @param text the manifest
     * @return complete when both are done
     * @throws Failure if another change of it is under way, or its manifest could not be kept; nothing has changed then
     */
    CompletionStage<ApplicationStatus> apply(Application application, String text) {
        AppId appId = application.appId();
        begin(appId);
        try {
            ApplicationStore.Draft draft = draft(appId, text);
            return handOver(application)
                    .handleAsync((status, failure) -> settle(appId, draft, status, failure), keeper);
        } catch (RuntimeException e) {
            changing.remove(appId);
            throw e;
        }
    }

    private ApplicationStore.Draft draft(AppId appId, String text) {
        try {
            return store.draft(appId, text);
        } catch (IOException e) {
            LOG.error("manifest not kept: app={} directory={} reason={}", appId, store.where(), e.toString());
            throw new Failure(500, "INTERNAL", notKept(appId, e) + "; nothing has changed");
        }
    }

    private ApplicationStatus settle(
            AppId appId, ApplicationStore.Draft draft, ApplicationStatus status, Throwable failure) {
        try {
            if (failure != null) {
                draft.discard();
                throw failure instanceof CompletionException e ? e : new CompletionException(failure);
            }
            waiting.remove(appId);
            draft.keep();
            return status;
        } catch (IOException e) {
            LOG.error("manifest not kept: app={} directory={} reason={}", appId, store.where(), e.toString());
            throw new Failure(
                    500, "INTERNAL", notKept(appId, e) + "; it was taken, but only until the platform's next start");
        } finally {
            changing.remove(appId);
        }
    }

    private String notKept(AppId appId, IOException e) {
        return "app=" + appId + ": its manifest cannot be kept in " + store.where() + ": " + e;
    }

    /**
     * Takes an application back.
     *
     * @param patience how long to wait for it to be gone
     * @return whether it is gone already; it is on its way otherwise
     * @throws Failure if another change of it is under way, its manifest could not be removed or the orchestrator does not let
     *     it go; nothing has changed then
     */
    boolean delete(AppId appId, Duration drain, Duration patience) throws InterruptedException {
        begin(appId);
        try {
            // First of all, so that a crash from here on does not bring it back.
            ApplicationStore.Draft manifest = withdrawn(appId);
            boolean gone =
                    waiting.remove(appId) != null && orchestrator.status(appId).isEmpty()
                            || takenBack(appId, drain, patience, manifest);
            manifest.discard();
            expect();
            return gone;
        } finally {
            changing.remove(appId);
        }
    }

    private ApplicationStore.Draft withdrawn(AppId appId) {
        try {
            return store.withdraw(appId);
        } catch (IOException e) {
            LOG.error("manifest not removed: app={} directory={} reason={}", appId, store.where(), e.toString());
            throw new Failure(
                    500,
                    "INTERNAL",
                    "app=" + appId + ": its manifest cannot be removed from " + store.where() + ": " + e
                            + "; nothing has changed");
        }
    }

    private boolean takenBack(AppId appId, Duration drain, Duration patience, ApplicationStore.Draft manifest)
            throws InterruptedException {
        CompletableFuture<Void> end = orchestrator.delete(appId, drain).toCompletableFuture();
        try {
            end.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (java.util.concurrent.TimeoutException e) {
            end.whenComplete((nothing, failure) -> {
                if (failure != null) {
                    LOG.warn("application not taken back: app={} reason={}", appId, failure.toString());
                }
            });
            return false;
        } catch (java.util.concurrent.ExecutionException e) {
            Failure why = Failure.of(e);
            if (!why.code().equals("NOT_FOUND")) {
                putBack(appId, manifest);
            }
            throw why;
        }
    }

    private void putBack(AppId appId, ApplicationStore.Draft manifest) {
        try {
            manifest.keep();
        } catch (IOException e) {
            LOG.error("manifest not kept: app={} directory={} reason={}", appId, store.where(), e.toString());
        }
    }

    private void begin(AppId appId) {
        if (!changing.add(appId)) {
            throw new Failure(
                    409, "ABORTED", "app=" + appId + ": another change of it is under way; try again when it is done");
        }
    }

    /**
     * Takes what was kept again. What cannot be taken yet, because its driver has not come up, say, is tried again.
     *
     * @return complete once each of them was tried
     */
    CompletableFuture<Void> restore(ApplicationStore.Kept found) {
        List<Application> kept = found.applications();
        found.broken().forEach(one -> unreadable.addAll(one.applications()));
        // All of them count before the first is tried, so that none is taken for new by a caller.
        kept.forEach(application -> putWaiting(application, "not tried yet", FIRST_RETRY));
        expect();
        return CompletableFuture.allOf(kept.stream()
                .map(application ->
                        CompletableFuture.completedFuture(application).thenComposeAsync(this::firstTry, keeper))
                .toArray(CompletableFuture[]::new));
    }

    private CompletionStage<Void> firstTry(Application application) {
        return again(application, FIRST_RETRY);
    }

    /**
     * Tells the orchestrator whose instances are not nobody's: of those that wait, and of those whose manifest is kept and
     * cannot be read. What the operator does not allow any more is not among them.
     */
    private void expect() {
        Set<AppId> names = new HashSet<>(unreadable);
        names.addAll(waiting.keySet());
        names.removeAll(denied);
        orchestrator.expect(names);
    }

    private CompletionStage<Void> again(Application application, Duration wait) {
        AppId appId = application.appId();
        boolean mine = changing.add(appId);
        // Only who changes it takes it out of those that wait: looked at before, it might be deleted by now, and come
        // back.
        if (mine && waiting.containsKey(appId)) {
            return tryAgain(application, wait);
        }
        if (mine) {
            changing.remove(appId); // replaced or deleted since
        } else if (waiting.containsKey(appId)) {
            retry(application, wait);
        }
        return CompletableFuture.completedFuture(null);
    }

    private CompletionStage<Void> tryAgain(Application application, Duration wait) {
        AppId appId = application.appId();
        return handOver(application)
                .handleAsync(
                        (status, failure) -> {
                            if (failure == null) {
                                waiting.remove(appId);
                                denied.remove(appId);
                                expect();
                            } else {
                                notTaken(application, failure, wait);
                            }
                            changing.remove(appId);
                            return null;
                        },
                        keeper);
    }

    private void notTaken(Application application, Throwable failure, Duration wait) {
        AppId appId = application.appId();
        Failure why = Failure.of(failure);
        String reason = why.getMessage();
        if (why.code().equals("PERMISSION_DENIED") ? denied.add(appId) : denied.remove(appId)) {
            expect();
        }
        boolean news = !waiting.get(appId).condition().endsWith(reason);
        if (news) {
            LOG.warn("application not taken again: app={} retry=true reason={}", appId, reason);
        }
        Duration next = wait.multipliedBy(2).compareTo(LONGEST_RETRY) < 0 ? wait.multipliedBy(2) : LONGEST_RETRY;
        putWaiting(application, reason, wait);
        retry(application, next, wait);
    }

    private void putWaiting(Application application, String reason, Duration wait) {
        var now = clock.instant();
        waiting.put(
                application.appId(),
                new ApplicationStatus(
                        application,
                        ApplicationStatus.State.FAILING,
                        new Desired(0, "not taken again yet", Optional.empty(), false),
                        Demand.none(application.appId()),
                        List.of(),
                        "kept since an earlier start, not taken again yet: " + reason,
                        Optional.of(now.plus(wait)),
                        now));
    }

    private void retry(Application application, Duration next, Duration in) {
        keeper.schedule(() -> again(application, next), in.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void retry(Application application, Duration wait) {
        retry(application, wait, wait);
    }

    /** An orchestrator that throws instead of failing its answer is no reason to stay in the middle. */
    private CompletionStage<ApplicationStatus> handOver(Application application) {
        try {
            return orchestrator.apply(application);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static AppId id(ApplicationStatus status) {
        return status.application().appId();
    }
}
