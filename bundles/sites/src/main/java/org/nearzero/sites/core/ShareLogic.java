package org.nearzero.sites.core;

import java.time.Instant;

/** How a {@link Share} goes on: verdicts, assignments, and the states of a migration. */
public final class ShareLogic {
    private ShareLogic() {}

    /** One step. Pure: the same arguments give the same answer. */
    public static Transition on(Share share, ShareEvent event, Conditions conditions, Instant now) {
        throw new UnsupportedOperationException();
    }
}
