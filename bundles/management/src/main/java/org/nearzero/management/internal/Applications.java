package org.nearzero.management.internal;

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
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.Orchestrator;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.store.StoreException;
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
    private final KeptManifests manifests;
    private final Supplier<Set<AppId>> others;
    private final ScheduledExecutorService keeper;
    private final Clock clock;
    private final Set<AppId> changing = ConcurrentHashMap.newKeySet();
    private final Map<AppId, ApplicationStatus> waiting = new ConcurrentHashMap<>();
    private final Map<String, KeptManifests.Broken> broken = new ConcurrentSkipListMap<>();
    private final Set<AppId> denied = ConcurrentHashMap.newKeySet();

    /**
     * @param others applications that somebody else hands to the same orchestrator
     * @param keeper one thread, the caller's to close: writes to the disk and tries again
     */
    Applications(
            Orchestrator orchestrator,
            KeptManifests manifests,
            Supplier<Set<AppId>> others,
            ScheduledExecutorService keeper,
            Clock clock) {
        this.orchestrator = orchestrator;
        this.manifests = manifests;
        this.others = others;
        this.keeper = keeper;
        this.clock = clock;
    }

    /** How one is doing; one that is kept but was not taken again yet is failing, with the reason. */
    Optional<ApplicationStatus> status(AppId appId) {
        return orchestrator.status(appId).or(() -> Optional.ofNullable(waiting.get(appId)));
    }

    /** The kept manifests that cannot be read, by key, until they are replaced or deleted. */
    List<KeptManifests.Broken> broken() {
        return List.copyOf(broken.values());
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
            KeptManifests.Draft draft = draft(appId, text);
            return handOver(application)
                    .handleAsync((status, failure) -> settle(appId, draft, status, failure), keeper);
        } catch (RuntimeException e) {
            changing.remove(appId);
            throw e;
        }
    }

    private KeptManifests.Draft draft(AppId appId, String text) {
        try {
            return manifests.draft(appId, text);
        } catch (StoreException e) {
            LOG.error("manifest not kept: app={} reason={}", appId, e.getMessage());
            throw new Failure(500, "INTERNAL", notKept(appId, e) + "; nothing has changed");
        }
    }

    private ApplicationStatus settle(
            AppId appId, KeptManifests.Draft draft, ApplicationStatus status, Throwable failure) {
        try {
            if (failure != null) {
                draft.discard();
                throw failure instanceof CompletionException e ? e : new CompletionException(failure);
            }
            waiting.remove(appId);
            draft.keep();
            if (broken.remove(appId.value()) != null) {
                expect();
            }
            return status;
        } catch (StoreException e) {
            LOG.error("manifest not kept: app={} reason={}", appId, e.getMessage());
            throw new Failure(
                    500, "INTERNAL", notKept(appId, e) + "; it was taken, but only until the platform's next start");
        } finally {
            changing.remove(appId);
        }
    }

    private static String notKept(AppId appId, StoreException e) {
        return "app=" + appId + ": its manifest cannot be kept: " + e.getMessage();
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
            KeptManifests.Draft manifest = withdrawn(appId);
            boolean onlyKept = waiting.remove(appId) != null | broken.remove(appId.value()) != null;
            boolean gone =
                    onlyKept && orchestrator.status(appId).isEmpty() || takenBack(appId, drain, patience, manifest);
            manifest.discard();
            expect();
            return gone;
        } finally {
            changing.remove(appId);
        }
    }

    private KeptManifests.Draft withdrawn(AppId appId) {
        try {
            return manifests.withdraw(appId);
        } catch (StoreException e) {
            LOG.error("manifest not removed: app={} reason={}", appId, e.getMessage());
            throw new Failure(
                    500,
                    "INTERNAL",
                    "app=" + appId + ": its manifest cannot be removed: " + e.getMessage() + "; nothing has changed");
        }
    }

    private boolean takenBack(AppId appId, Duration drain, Duration patience, KeptManifests.Draft manifest)
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

    private void putBack(AppId appId, KeptManifests.Draft manifest) {
        try {
            manifest.keep();
        } catch (StoreException e) {
            LOG.error("manifest not kept: app={} reason={}", appId, e.getMessage());
        }
    }

    /**
     * Has somebody else take an application, or take it back: no other change of it meanwhile, and from then on it is theirs to
     * keep, not kept here.
     *
     * @return complete when both are done
     * @throws Failure if another change of it is under way; nothing has changed then
     */
    <T> CompletionStage<T> handOn(AppId appId, Supplier<CompletionStage<T>> to) {
        begin(appId);
        return asked(to)
                .handleAsync(
                        (answer, failure) -> {
                            try {
                                if (failure != null) {
                                    throw failure instanceof CompletionException e
                                            ? e
                                            : new CompletionException(failure);
                                }
                                forget(appId);
                                return answer;
                            } finally {
                                changing.remove(appId);
                            }
                        },
                        keeper);
    }

    private void forget(AppId appId) {
        waiting.remove(appId);
        broken.remove(appId.value());
        try {
            manifests.withdraw(appId).discard();
        } catch (StoreException e) {
            LOG.error("manifest not removed: app={} reason={}", appId, e.getMessage());
        }
        expect();
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
    CompletableFuture<Void> restore(KeptManifests.Kept found) {
        List<Application> kept = found.applications();
        found.broken().forEach(one -> broken.put(one.key(), one));
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
        Set<AppId> names = new HashSet<>();
        broken.values().forEach(one -> names.addAll(one.applications()));
        names.addAll(waiting.keySet());
        names.addAll(others.get());
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

    private CompletionStage<ApplicationStatus> handOver(Application application) {
        return asked(() -> orchestrator.apply(application));
    }

    /** Somebody who throws instead of failing his answer is no reason to stay in the middle. */
    private static <T> CompletionStage<T> asked(Supplier<CompletionStage<T>> question) {
        try {
            return question.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static AppId id(ApplicationStatus status) {
        return status.application().appId();
    }
}
