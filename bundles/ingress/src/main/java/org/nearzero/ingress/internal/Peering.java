package org.nearzero.ingress.internal;

import java.time.Duration;
import org.nearzero.api.model.Problems;

/**
 * How this site and others of the operator's reach each other.
 *
 * @param host the address or name to listen on for other sites, not empty
 * @param port 0 to 65535; 0: any that is free; -1: no other site connects here
 * @param connect how long a door of another site has to accept a connection and to prove whose it is, 10 ms to 24 h; apart from
 *     that for instances, which are near
 * @param maxRelayed how many connections of one application are relayed at once at most, 1 to 10 000 000
 */
public record Peering(String host, int port, Duration connect, int maxRelayed) {
    /** No door, 10 s, 100 000 connections. */
    public static final Peering NONE = new Peering("127.0.0.1", -1, Duration.ofSeconds(10), 100_000);

    /** @throws org.nearzero.api.model.InvalidInputException with every problem found */
    public Peering {
        Problems.check()
                .expect(host != null && !host.isBlank(), "peerHost", host, "an address or host name")
                .range("peerPort", port, -1, 65_535)
                .range("relayConnect", connect, Duration.ofMillis(10), Duration.ofHours(24))
                .range("maxRelayed", maxRelayed, 1, 10_000_000)
                .throwIfAny();
    }

    /** The defaults with a door. */
    public static Peering at(String host, int port) {
        return new Peering(host, port, NONE.connect, NONE.maxRelayed);
    }

    boolean hasDoor() {
        return port >= 0;
    }
}
