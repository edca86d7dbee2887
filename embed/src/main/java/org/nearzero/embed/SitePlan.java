package org.nearzero.embed;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Problems;
import org.nearzero.api.model.ZoneId;
import org.nearzero.ingress.internal.IngressSettings;
import org.nearzero.ingress.internal.Peering;
import org.nearzero.sites.internal.Doors;
import org.nearzero.sites.internal.PeerAddress;
import org.nearzero.sites.internal.SitesSettings;

/**
 * How a point of presence is one of several: where it is, how it proves who it is, where its peers find it, and where it finds them.
 * For {@link NearzeroBuilder#site}. Not thread-safe.
 */
public final class SitePlan {
    private final String zone;
    private final Path certificates;
    private final Path store;
    private final List<String> peers = new ArrayList<>();
    private String host = "127.0.0.1";
    private int port;
    private Duration heartbeat = SitesSettings.HEARTBEAT;
    private Optional<String> advertised = Optional.empty();

    private SitePlan(String zone, Path certificates, Path store) {
        this.zone = requireNonNull(zone, "zone");
        this.certificates = requireNonNull(certificates, "certificates");
        this.store = requireNonNull(store, "store");
    }

    /**
     * A site in an edge cloud zone.
     *
     * @param zone its name
     * @param certificates the directory with the site's certificate and the authority's, as {@code nearzero ca} makes it
     * @param store the file of what must survive; made if it is missing. Images that come from other sites lie in {@code images}
     *     beside it meanwhile
     */
    public static SitePlan in(String zone, Path certificates, Path store) {
        return new SitePlan(zone, certificates, store);
    }

    /** Where peers connect to: an address and a port, 0 to 65535, 0 for any free one; {@code 127.0.0.1} and 0. */
    public SitePlan door(String address, int tcpPort) {
        this.host = requireNonNull(address, "address");
        this.port = tcpPort;
        return this;
    }

    /** Where peers are told to connect to, {@code host:port}, if that is not where the door is: a balancer or a line before it. */
    public SitePlan advertised(String address) {
        this.advertised = Optional.of(address);
        return this;
    }

    /** Another site: {@code pop@host:port}, or {@code dns:name:port}. Of two it is enough that one knows where the other is. */
    public SitePlan peer(String address) {
        peers.add(requireNonNull(address, "address"));
        return this;
    }

    /** How often it speaks to each peer though it has no news, 50 ms to 1 min; 2 s. */
    public SitePlan heartbeat(Duration interval) {
        this.heartbeat = requireNonNull(interval, "interval");
        return this;
    }

    Path certificates() {
        return certificates;
    }

    Path store() {
        return store;
    }

    IngressSettings with(IngressSettings ingress, Problems problems) {
        return ingress.with(problems.part("site", Peering.NONE, () -> Peering.at(host, port)));
    }

    /** Reports every problem that shows before anything is opened. */
    void check(PopId popId, Problems problems) {
        problems.part("site", null, () -> settings(popId, new Endpoint("placeholder", 1), List.of()));
    }

    /** @param door where the peer door listens in fact */
    SitesSettings settings(PopId popId, Endpoint door, List<Endpoint> ingress) {
        List<PeerAddress> addresses =
                peers.stream().map(text -> PeerAddress.parse("peers", text)).toList();
        Endpoint told =
                advertised.map(address -> Doors.parse("advertised", address)).orElse(door);
        return SitesSettings.of(popId, new ZoneId(zone), List.of(told))
                .withIngress(ingress)
                .withPeers(addresses)
                .withHeartbeat(heartbeat)
                .withImages(store.toAbsolutePath().resolveSibling("images"));
    }
}
