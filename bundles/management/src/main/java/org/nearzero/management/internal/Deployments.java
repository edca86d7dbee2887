package org.nearzero.management.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.sites.Deployment;
import org.nearzero.api.sites.Sites;
import org.nearzero.management.core.SitesView;
import org.nearzero.management.core.StatusView;

/**
 * The applications that are known here: this site's own, and, if it has peers, those that the sites have together. With peers it
 * is they who take an application, find it a homebase and keep it. Thread-safe.
 */
final class Deployments {
    private final Applications own;
    private final Supplier<Optional<Sites>> sites;

    Deployments(Applications own, Supplier<Optional<Sites>> sites) {
        this.own = own;
        this.sites = sites;
    }

    /**
     * One of them; at least one of the two is there.
     *
     * @param status how it is doing at this site
     * @param deployment where the sites serve it
     */
    record Known(Optional<ApplicationStatus> status, Optional<Deployment> deployment) {
        Map<String, Object> view() {
            return deployment
                    .map(among -> SitesView.application(among, status))
                    .orElseGet(() -> StatusView.application(status.orElseThrow()));
        }
    }

    Optional<Known> find(AppId appId) {
        Optional<ApplicationStatus> status = own.status(appId);
        Optional<Deployment> deployment = sites.get().flatMap(peers -> peers.deployment(appId));
        return status.isEmpty() && deployment.isEmpty() ? Optional.empty() : Optional.of(new Known(status, deployment));
    }

    /** All of them, by name. */
    List<Known> all() {
        Map<AppId, Known> all = new TreeMap<>();
        statuses()
                .forEach(status ->
                        all.put(status.application().appId(), new Known(Optional.of(status), Optional.empty())));
        for (Deployment deployment : sites.get().map(Sites::deployments).orElse(List.of())) {
            all.compute(
                    deployment.application().appId(),
                    (appId, here) ->
                            new Known(here == null ? Optional.empty() : here.status(), Optional.of(deployment)));
        }
        return List.copyOf(all.values());
    }

    /** How those are doing that this site has a part in, by name. */
    List<ApplicationStatus> statuses() {
        return own.statuses();
    }

    /** The kept manifests that cannot be read, by key, until they are replaced or deleted. */
    List<KeptManifests.Broken> broken() {
        return own.broken();
    }

    /** Hands an application over. @return as {@link Applications#apply} */
    CompletionStage<Known> apply(Application application, String text) {
        AppId appId = application.appId();
        Optional<Sites> peers = sites.get();
        return peers.isEmpty()
                ? own.apply(application, text).thenApply(status -> new Known(Optional.of(status), Optional.empty()))
                : own.handOn(appId, () -> peers.get().apply(application))
                        .thenApply(deployment -> new Known(own.status(appId), Optional.of(deployment)));
    }

    /** Takes an application back. @return and fails as {@link Applications#delete} */
    boolean delete(AppId appId, Duration drain, Duration patience, String look) throws InterruptedException {
        Optional<Sites> peers = sites.get().filter(all -> all.deployment(appId).isPresent());
        if (peers.isEmpty()) {
            return own.delete(appId, drain, patience);
        }
        Settled.of(own.handOn(appId, () -> peers.get().delete(appId, drain)), "app=" + appId, look);
        return find(appId).isEmpty();
    }
}
