package org.nearzero.api.ingress;

import java.util.List;
import java.util.Optional;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.Subscription;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The proxy at a point of presence, as the orchestrator sees it: takes routes, tells demand, and closes an instance only if it
 * is empty. All methods may be called from any thread and return without blocking.
 */
@ProviderType
public interface Ingress {
    /**
     * Replaces an application's routes in one swap. A target that is no longer named takes no new connection; those it has go
     * on. A target that was retired stays closed whatever the routes say.
     */
    void route(Routes routes);

    /** Forgets an application: its parked connections are answered 503 with {@code reason}, new ones 404; those in flight go on. */
    void withdraw(AppId app, String reason);

    /** What users ask of an application now. Reading it arms {@link DemandListener#demandChanged} again. */
    Demand demand(AppId app);

    /**
     * The same counts for somebody who only looks: without {@link Demand#recent}, and with nothing armed or changed. For
     * showing; what is decided is decided on {@link #demand}.
     */
    Demand peek(AppId app);

    /**
     * Closes an instance for good if it carries no connection: closing and checking are one atomic step, so that afterwards
     * none can slip in.
     *
     * @return true if it is closed (now, before, or because it is not known here); false if it carries connections, in which
     *     case nothing has changed
     */
    boolean retire(AppId app, AppInstanceId instance);

    /** Breaks the connections of an application that are relayed to its homebase: their time to drain is over. */
    void breakRelayed(AppId app);

    /** Tells a listener of changes in demand from now on. */
    Subscription watch(DemandListener listener);

    /** Where users connect to. */
    List<Endpoint> endpoints();

    /** Where other sites connect to; empty while there is no such door, or it is not open yet. */
    default Optional<Endpoint> peerDoor() {
        return Optional.empty();
    }
}
