package org.nearzero.sites.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Problems;
import org.nearzero.api.model.ZoneId;
import org.nearzero.sites.core.SiteSettings;

/**
 * How a site is set up.
 *
 * @param popId its name
 * @param zoneId the edge cloud zone that it is in
 * @param doors where its ingress accepts connections of peers, as peers reach it; at least one
 * @param ingress where devices connect to, as they reach it; may be empty
 * @param peers where others are found; may be empty, they may find this one
 * @param heartbeat how often it speaks to each peer though it has no news, 50 ms to 1 min
 * @param authority the directory of the operator's authority, on the one site that lets others join
 * @param memberValidity how long the certificate of a site that joins is valid, 1 to 3650 days
 * @param images a directory where images lie while they go from one site to another; empty: none does
 */
public record SitesSettings(
        PopId popId,
        ZoneId zoneId,
        List<Endpoint> doors,
        List<Endpoint> ingress,
        List<PeerAddress> peers,
        Duration heartbeat,
        Optional<Path> authority,
        Duration memberValidity,
        Optional<Path> images) {
    /** How often it speaks to each peer unless it is set. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(2);

    /** @throws org.nearzero.api.model.InvalidInputException with every problem found */
    public SitesSettings {
        Problems.check()
                .expect(popId != null, "popId", popId, "a name")
                .expect(zoneId != null, "zoneId", zoneId, "a zone")
                .expect(
                        doors != null && !doors.isEmpty(),
                        "doors",
                        "",
                        "at least one host:port at which peers reach this site")
                .expect(ingress != null, "ingress", "", "a list, may be empty")
                .expect(peers != null, "peers", "", "a list, may be empty")
                .range("heartbeat", heartbeat, Duration.ofMillis(50), Duration.ofMinutes(1))
                .expect(authority != null, "authorityDirectory", "", "a directory, or none")
                .range("memberValidity", memberValidity, Duration.ofDays(1), Duration.ofDays(3650))
                .expect(images != null, "imageDirectory", "", "a directory, or none")
                .throwIfAny();
        doors = List.copyOf(doors);
        ingress = List.copyOf(ingress);
        peers = List.copyOf(peers);
    }

    /** The defaults for a site: no peers that it would look for, a heartbeat every 2 s, no authority, no images that come from other sites. */
    public static SitesSettings of(PopId popId, ZoneId zoneId, List<Endpoint> doors) {
        return new SitesSettings(
                popId,
                zoneId,
                doors,
                List.of(),
                List.of(),
                HEARTBEAT,
                Optional.empty(),
                Authority.YEAR,
                Optional.empty());
    }

    /** The same with addresses of devices. */
    public SitesSettings withIngress(List<Endpoint> endpoints) {
        return new SitesSettings(popId, zoneId, doors, endpoints, peers, heartbeat, authority, memberValidity, images);
    }

    /** The same with peers. */
    public SitesSettings withPeers(List<PeerAddress> addresses) {
        return new SitesSettings(
                popId, zoneId, doors, ingress, addresses, heartbeat, authority, memberValidity, images);
    }

    /** The same with another heartbeat. */
    public SitesSettings withHeartbeat(Duration interval) {
        return new SitesSettings(popId, zoneId, doors, ingress, peers, interval, authority, memberValidity, images);
    }

    /** The same with an authority: others can join here. */
    public SitesSettings withAuthority(Path directory) {
        return new SitesSettings(
                popId, zoneId, doors, ingress, peers, heartbeat, Optional.of(directory), memberValidity, images);
    }

    /** The same with a directory for images. */
    public SitesSettings withImages(Path directory) {
        return new SitesSettings(
                popId, zoneId, doors, ingress, peers, heartbeat, authority, memberValidity, Optional.of(directory));
    }

    SiteSettings core() {
        SiteSettings defaults = SiteSettings.DEFAULT;
        return new SiteSettings(
                heartbeat, defaults.missed(), defaults.gossip(), defaults.deleteDrain(), defaults.timing());
    }
}
