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
 * @param epoch handed out with each version that is handed over; where two sites claim to be the homebase, the higher one wins
 * @param drain how long connections may go on after it was taken back
 */
public record Offer(AppId appId, Optional<Application> application, long epoch, Duration drain) {
    public Offer {
        requireNonNull(appId, "appId");
        requireNonNull(application, "application");
        requireNonNull(drain, "drain");
    }
}
