package org.nearzero.api.ingress;

import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.PopId;
import org.osgi.annotation.versioning.ProviderType;

/** Hears that it is worth reading an application's demand again. Called on I/O threads: never blocks, never throws. */
@ProviderType
public interface DemandListener {
    /**
     * Demand for an application changed in a way that can change a decision: a connection waits, the number of instances
     * that its connections need has fallen below what it was when demand was last read, a draining target (a withdrawn
     * application's included) has lost its last connection, a connection is relayed, or a way to a homebase that
     * takes no new ones has lost its last. Told once; armed again by {@link Ingress#demand}. (A connection that waits is told even while not armed if demand was read since.)
     */
    void demandChanged(AppId appId);

    /** An instance refused or broke a connection in a way that suggests it is gone; worth probing it now. */
    void suspected(AppId appId, AppInstanceId instance, String reason);

    /** A connection could be relayed to no door of the homebase's, and was answered 503 with {@code reason}. */
    default void relayFailed(AppId appId, PopId homebase, String reason) {}
}
