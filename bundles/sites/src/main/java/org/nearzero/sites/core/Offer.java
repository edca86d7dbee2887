package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;

/**
 * What a homebase tells every site of one application. A site that has no assignment of its own relays it.
 *
 * @param appId which application
 * @param application what was handed over; empty: it was taken back
 * @param epoch handed out when the application became new to its homebase; assignments below it are void, a new version leaves it as
 *     it is. Where two sites claim to be the homebase the higher one wins, then the lower name
 * @param drain how long connections may go on after it was taken back
 */
public record Offer(AppId appId, Optional<Application> application, long epoch, Duration drain) {
    public Offer {
        requireNonNull(appId, "appId");
        requireNonNull(application, "application");
        requireNonNull(drain, "drain");
    }
}
