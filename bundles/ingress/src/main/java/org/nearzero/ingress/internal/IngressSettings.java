package org.nearzero.ingress.internal;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.nearzero.api.model.Problems;

/**
 * How the ingress is set up.
 *
 * @param host the address or name to listen on, not empty
 * @param port 0 to 65535; 0: any that is free
 * @param trustedPeers other proxies of the operator's, whose word about a client is believed ({@code X-Forwarded-For},
 *     {@code X-Device-Id} and their like)
 * @param limits bounds on what one client may ask for
 * @param timeouts how long it waits for others
 * @param settle for how long after it began to listen an unknown application is answered 503 instead of 404, 0 to 60 s; for a
 *     platform that listens before it knows its routes again
 * @param peering how other sites are reached, and reach this one
 */
public record IngressSettings(
        String host,
        int port,
        List<Network> trustedPeers,
        Limits limits,
        Timeouts timeouts,
        Duration settle,
        Peering peering) {
    /** @throws org.nearzero.api.model.InvalidInputException with every problem found */
    public IngressSettings {
        Problems.check()
                .expect(host != null && !host.isBlank(), "host", host, "an address or host name")
                .range("port", port, 0, 65_535)
                .range("settle", settle, Duration.ZERO, Duration.ofSeconds(60))
                .throwIfAny();
        trustedPeers = List.copyOf(trustedPeers);
        requireNonNull(limits, "limits");
        requireNonNull(timeouts, "timeouts");
        requireNonNull(peering, "peering");
    }

    /** One without a door for other sites. */
    public IngressSettings(
            String host, int port, List<Network> trustedPeers, Limits limits, Timeouts timeouts, Duration settle) {
        this(host, port, trustedPeers, limits, timeouts, settle, Peering.NONE);
    }

    /** The same with {@code other} sites reached so. */
    public IngressSettings with(Peering other) {
        return new IngressSettings(host, port, trustedPeers, limits, timeouts, settle, other);
    }

    /** The defaults: no trusted peer, {@link Limits#DEFAULT}, {@link Timeouts#DEFAULT}, no time to settle, {@link Peering#NONE}. */
    public static IngressSettings of(String host, int port) {
        return new IngressSettings(host, port, List.of(), Limits.DEFAULT, Timeouts.DEFAULT, Duration.ZERO);
    }

    boolean trusts(InetAddress peer) {
        for (Network network : trustedPeers) {
            if (network.contains(peer)) {
                return true;
            }
        }
        return false;
    }
}
