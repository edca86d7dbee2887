package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How one site behaves among its peers.
 *
 * @param heartbeat how often it speaks to each peer though it has no news
 * @param missed after so many heartbeats unheard, and the time of one round trip, a peer counts as unreachable
 * @param gossip whether it passes on what it knows of third sites; without, peers learn of itself alone
 * @param deleteDrain how long connections may go on for an application that its homebase does not know any more
 * @param timing how long things may take
 */
public record SiteSettings(Duration heartbeat, int missed, boolean gossip, Duration deleteDrain, Timing timing) {
    /** Each second, three missed. */
    public static final SiteSettings DEFAULT =
            new SiteSettings(Duration.ofSeconds(1), 3, true, Duration.ofSeconds(30), Timing.DEFAULT);

    public SiteSettings {
        requireNonNull(heartbeat, "heartbeat");
        requireNonNull(deleteDrain, "deleteDrain");
        requireNonNull(timing, "timing");
    }
}
