package org.nearzero.api.sites;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;
import org.osgi.annotation.versioning.ProviderType;

/** One site among its peers. All methods may be called from any thread and return without blocking. */
@ProviderType
public interface Sites {
    /** This site. */
    PopId popId();

    /** All sites that this one knows, itself included, by name. */
    List<PointOfPresence> pops();

    /**
     * Takes an application, or a new version of it, and finds it a homebase if it has none: a site in the zone that its developer
     * names, else what the operator's {@link HomebaseRule} chooses, else this site. It is handed on to that site.
     *
     * @return once the homebase has taken it and written it down; fails with {@link org.nearzero.api.model.InvalidInputException} or
     *     {@link org.nearzero.api.orchestrator.RefusedException}, in which case nothing has changed
     */
    CompletionStage<Deployment> apply(Application application);

    /**
     * Takes an application back everywhere. It may be asked of any site that knows it.
     *
     * @return once the homebase has written it down; the other sites follow as they are reached
     */
    CompletionStage<Void> delete(AppId appId, Duration drain);

    /** Where an application is served; empty if this site knows none of that name. */
    Optional<Deployment> deployment(AppId appId);

    /** Where all applications are served that this site knows, by name. */
    List<Deployment> deployments();

    /** Says whether applications may be placed at a site; all sites that are reached learn of it. Survives restarts. */
    CompletionStage<Void> setAvailability(PopId pop, PointOfPresence.Availability availability);

    /** Tells of each state that a migration enters, on a thread of its own, in order. */
    Subscription watch(MigrationListener listener);
}
