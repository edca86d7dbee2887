package org.nearzero.api.sites;

import static java.util.Objects.requireNonNull;

import org.nearzero.api.model.AppId;
import org.nearzero.api.model.PopId;

/**
 * What a homebase has a site do for an application. Level-triggered: it is repeated as long as it holds. The higher epoch wins,
 * wherever and whenever two of them meet.
 *
 * @param appId which application
 * @param popId which site
 * @param role what it does
 * @param epoch rises with each change of any assignment of the application, at least 1
 * @param reason why, in words and figures that a person can check
 */
public record Assignment(AppId appId, PopId popId, Role role, long epoch, String reason) {
    public Assignment {
        requireNonNull(appId, "appId");
        requireNonNull(popId, "popId");
        requireNonNull(role, "role");
        requireNonNull(reason, "reason");
        if (epoch < 1) {
            throw new IllegalArgumentException("epoch: " + epoch + " (expected: >= 1)");
        }
    }

    /** What a site does for an application that has its homebase elsewhere. */
    public enum Role {
        /** Serves it, as soon as an instance is ready. */
        SERVE,
        /** Relays it to the homebase. */
        RELAY
    }
}
