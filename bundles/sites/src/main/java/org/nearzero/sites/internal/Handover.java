package org.nearzero.sites.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.sites.Deployment;
import org.nearzero.api.sites.PointOfPresence;
import org.nearzero.sites.core.HomebaseChoice;
import org.nearzero.sites.core.Site;
import org.nearzero.sites.core.SiteEvent;

/**
 * Takes applications, and takes them back: here if this is their homebase, else by asking the site that is. What happens to one
 * application happens one after the other.
 */
final class Handover {
    /** A homebase asks its engine whether the artefact exists, which may take some seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PopId self;
    private final SiteLoop loop;
    private final Placements placements;
    private final HomebaseRules rules;
    private final Questions questions;
    private final Executor network;
    private final Map<AppId, CompletableFuture<?>> turns = new HashMap<>(); // the loop's thread

    Handover(
            PopId self,
            SiteLoop loop,
            Placements placements,
            HomebaseRules rules,
            Questions questions,
            Executor network) {
        this.self = self;
        this.loop = loop;
        this.placements = placements;
        this.rules = rules;
        this.questions = questions;
        this.network = network;
    }

    /** From whoever hands over here. */
    CompletableFuture<Deployment> apply(Application application) {
        return inTurn(application.appId(), () -> homebaseFor(application)
                .thenCompose(homebase -> homebase.equals(self) ? here(application) : there(homebase, application)));
    }

    /** From a peer that takes this site for the homebase. */
    CompletableFuture<Deployment> applyHere(Application application) {
        AppId appId = application.appId();
        return inTurn(appId, () -> ask(site -> site.homebaseOf(appId))
                .thenCompose(
                        homebase -> homebase.filter(pop -> !pop.equals(self)).isPresent()
                                ? CompletableFuture.failedFuture(elsewhere(appId, homebase.get()))
                                : here(application)));
    }

    /** From whoever takes it back here. */
    CompletableFuture<Void> delete(AppId appId, Duration drain) {
        return inTurn(appId, () -> ask(site -> site.homebaseOf(appId)).thenCompose(homebase -> {
            PopId pop = homebase.orElseThrow(() -> new RefusedException(
                    RefusedException.Code.NOT_FOUND, "app=" + appId + ": no site that this one knows has it"));
            return pop.equals(self) ? deleteHere(appId, drain) : deleteThere(pop, appId, drain);
        }));
    }

    /** From a peer that takes this site for the homebase. */
    CompletableFuture<Void> deleteAsHomebase(AppId appId, Duration drain) {
        return inTurn(appId, () -> ask(site -> site.homebaseOf(appId)).thenCompose(homebase -> {
            if (homebase.isEmpty()) {
                throw new RefusedException(
                        RefusedException.Code.NOT_FOUND, "app=" + appId + " pop=" + self + ": no such application");
            }
            if (!homebase.get().equals(self)) {
                throw elsewhere(appId, homebase.get());
            }
            return deleteHere(appId, drain);
        }));
    }

    private RefusedException elsewhere(AppId appId, PopId homebase) {
        return new RefusedException(
                RefusedException.Code.UNAVAILABLE,
                "app=" + appId + ": its homebase is not " + self + " but " + homebase
                        + "; the site that was asked has not heard of it yet, try again");
    }

    private CompletableFuture<PopId> homebaseFor(Application application) {
        record Known(Optional<PopId> homebase, List<PointOfPresence> pops) {}
        return ask(site -> new Known(site.homebaseOf(application.appId()), site.pops(loop.now())))
                .thenCompose(known -> {
                    Optional<PopId> settled =
                            known.homebase().or(() -> HomebaseChoice.inZone(application, self, known.pops()));
                    if (settled.isPresent()) {
                        return CompletableFuture.completedFuture(settled.get());
                    }
                    return rules.choose(application, self, HomebaseChoice.candidates(known.pops()))
                            .thenApply(chosen -> HomebaseChoice.byRule(chosen, self, known.pops()));
                });
    }

    /** The orchestrator is asked first: what it refuses is not written down. */
    private CompletableFuture<Deployment> here(Application application) {
        return onLoop(() -> placements.attempt(application, Placement.HOMEBASE))
                .thenCompose(taken -> writeDown(application));
    }

    private CompletableFuture<Deployment> writeDown(Application application) {
        AppId appId = application.appId();
        return loop.call((site, now) -> site.on(new SiteEvent.Apply(application), now), site -> site.deployment(appId)
                        .orElseThrow())
                .whenComplete((deployment, failure) -> {
                    if (failure != null) {
                        placements.doubt(appId); // on the loop's thread still, so before the site is made anew
                    }
                });
    }

    private CompletableFuture<Void> deleteHere(AppId appId, Duration drain) {
        return loop.call((site, now) -> site.on(new SiteEvent.Delete(appId, drain), now), site -> null);
    }

    private CompletableFuture<Deployment> there(PopId homebase, Application application) {
        return questions
                .ask(homebase, PeerPaths.APPLY, Json.write(new Wire.Apply(application)), PATIENCE)
                .thenApplyAsync(Codec::deployment, network);
    }

    private CompletableFuture<Void> deleteThere(PopId homebase, AppId appId, Duration drain) {
        return questions
                .ask(homebase, PeerPaths.DELETE, Json.write(new Wire.Delete(appId, drain)), PATIENCE)
                .thenApply(answer -> null);
    }

    private <T> CompletableFuture<T> ask(Function<Site, T> question) {
        return loop.call((site, now) -> List.of(), question);
    }

    private <T> CompletableFuture<T> onLoop(Supplier<CompletableFuture<T>> what) {
        return CompletableFuture.completedFuture(null).thenComposeAsync(nothing -> what.get(), loop);
    }

    /** After what was begun for the same application. */
    private <T> CompletableFuture<T> inTurn(AppId appId, Supplier<CompletableFuture<T>> what) {
        return onLoop(() -> {
            CompletableFuture<?> before = turns.getOrDefault(appId, CompletableFuture.completedFuture(null));
            CompletableFuture<T> mine = before.handle((done, failure) -> null).thenCompose(nothing -> what.get());
            turns.put(appId, mine);
            mine.whenComplete((done, failure) -> loop.execute(() -> turns.remove(appId, mine)));
            return mine;
        });
    }
}
