package org.nearzero.api.orchestrator;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Keeps applications the way their policies say (spec X.4.3). All methods may be called from any thread and return without
 * blocking; the statuses they give are snapshots.
 */
@ProviderType
public interface Orchestrator {
    /** The point of presence that this orchestrator runs. */
    PopId popId();

    /**
     * Takes an application, or a new version of one that it has. A changed artefact, command, environment, port or resource is
     * rolled out make-before-break; a changed policy applies at once.
     *
     * <p>Before anything changes, the whole of it is checked: that no other application has one of its routes, that the
     * operator's policy allows it, that a driver accepts it, and, where the driver can tell within a few seconds, that its
     * artefact exists. The artefact may be missing if instances made from the very same are running and wait for their
     * application: it is taken with them, and the status says so. An engine that is away at the moment is no reason to refuse; the status then says so.
     *
     * @return the new status; fails with {@link org.nearzero.api.model.InvalidInputException} or {@link RefusedException}, in
     *     which case nothing has changed
     */
    default CompletionStage<ApplicationStatus> apply(Application application) {
        return apply(application, Placement.HOMEBASE);
    }

    /**
     * The same at a point of presence that need not be the application's homebase. What an application needs in order to be served here
     * (a driver, its artefact, the operator's leave) is checked where it is to be served; one that is only relayed needs a free route.
     * If it is refused, what was before goes on: the relay, above all.
     * Where only its part changes, from one in which it was served here to another, nothing is checked again. Of two calls that overtake each
     * other while they are checked the later one stays in force.
     */
    CompletionStage<ApplicationStatus> apply(Application application, Placement placement);

    /**
     * Takes an application back: new connections are answered 404, those in flight may go on for {@code drain} at most, then
     * its instances are stopped and removed.
     *
     * @return complete when nothing of it is left; fails with {@link RefusedException} {@code NOT_FOUND}
     */
    CompletionStage<Void> delete(AppId appId, Duration drain);

    /**
     * Names the applications that will be handed over, again perhaps, and are not yet: instances of theirs that run are left
     * alone for as long, not stopped as nobody's. Replaces what was named before; naming one that is here does no harm.
     */
    void expect(Set<AppId> applications);

    /** How one application is doing; empty if there is none of that name. */
    Optional<ApplicationStatus> status(AppId appId);

    /** How all applications are doing, by name. */
    List<ApplicationStatus> statuses();

    /** Tells a listener of each change from now on. */
    Subscription watch(StatusListener listener);
}
