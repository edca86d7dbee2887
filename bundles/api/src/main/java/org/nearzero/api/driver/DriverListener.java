package org.nearzero.api.driver;

import org.nearzero.api.model.AppInstanceId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Hears from a driver what happens to its instances. Every call may come from any thread, returns quickly and never throws.
 * Calls may repeat and, across a lost connection to the engine, may be lost: {@link #resync()} then makes up for it.
 */
@ProviderType
public interface DriverListener {
    /** An instance is in this state now. */
    void changed(DriverInstance instance);

    /** An instance does not exist any more. */
    void removed(AppInstanceId instance);

    /** Events may have been missed, or the engine has come back: {@link ContainerDriver#list(org.nearzero.api.model.PopId)} tells the truth. */
    void resync();

    /** The engine cannot be reached at the moment. The states of its instances are unknown, not ended. */
    void unavailable(String reason);
}
