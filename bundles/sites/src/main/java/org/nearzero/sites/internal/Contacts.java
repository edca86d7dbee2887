package org.nearzero.sites.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.PointOfPresence;
import org.nearzero.sites.core.Site;
import org.nearzero.sites.core.SyncMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds peers where the configuration says that they are: greets at each door until the site behind it is known, and looks names up
 * again and again. Once a site is known, it and this one tell each other by themselves.
 */
final class Contacts {
    private static final Logger LOG = LoggerFactory.getLogger(Contacts.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LOOK_UP = Duration.ofSeconds(30);

    private final SitesSettings settings;
    private final SiteLoop loop;
    private final SitePeerSecurity security;
    private final Executor network;
    private final Executor slow;
    private final PeerLink anybody;
    private final Map<PopId, PeerLink> named = new HashMap<>(); // the loop's thread
    private final Map<Endpoint, PopId> found = new HashMap<>(); // likewise: who answered at an address
    private final Set<Object> asking = new HashSet<>(); // likewise: whom an answer is waited for from
    private final Set<Object> silent = new HashSet<>(); // likewise: of whom it was told already that they do not answer

    /** @param slow where names are looked up, which blocks */
    Contacts(SitesSettings settings, SiteLoop loop, SitePeerSecurity security, Executor network, Executor slow) {
        this.settings = settings;
        this.loop = loop;
        this.security = security;
        this.network = network;
        this.slow = slow;
        this.anybody = new PeerLink(security, Optional.empty(), network);
    }

    /** Begins; each address has a rhythm of its own from then on. The loop's thread, once. */
    void start() {
        for (PeerAddress address : settings.peers()) {
            if (address instanceof PeerAddress.Named peer) {
                greet(peer);
            } else if (address instanceof PeerAddress.Dns name) {
                lookUp(name);
            }
        }
    }

    /** Where a site may be reached: as it says itself, then as the configuration does. The loop's thread. */
    List<Endpoint> doorsOf(Site site, PopId popId) {
        Stream<Endpoint> told = site.pops(loop.now()).stream()
                .filter(pop -> pop.popId().equals(popId))
                .flatMap(pop -> pop.doors().stream());
        Stream<Endpoint> configured = settings.peers().stream()
                .filter(PeerAddress.Named.class::isInstance)
                .map(PeerAddress.Named.class::cast)
                .filter(peer -> peer.popId().equals(popId))
                .map(PeerAddress.Named::door);
        return Stream.concat(told, configured).distinct().toList();
    }

    private void greet(PeerAddress.Named peer) {
        if (peer.popId().equals(settings.popId())) {
            return;
        }
        loop.later(settings.heartbeat(), () -> greet(peer));
        if (known(peer.popId())) {
            return;
        }
        PeerLink link =
                named.computeIfAbsent(peer.popId(), popId -> new PeerLink(security, Optional.of(popId), network));
        greetAt(link, peer.door(), peer, Optional.of(peer.popId()));
    }

    private boolean known(PopId popId) {
        return pops().stream().anyMatch(pop -> pop.popId().equals(popId));
    }

    private List<PointOfPresence> pops() {
        return loop.look(site -> site.pops(loop.now())).orElse(List.of());
    }

    private void lookUp(PeerAddress.Dns name) {
        CompletableFuture.supplyAsync(() -> addresses(name), slow)
                .whenComplete((addresses, failure) -> loop.execute(() -> {
                    loop.later(LOOK_UP, () -> lookUp(name));
                    if (failure == null) {
                        silent.remove(name);
                        addresses.forEach(this::greetIfNew);
                    } else if (silent.add(name)) {
                        LOG.warn(
                                "event=peer-name-unknown name={} reason=\"{}\" next=\"looked up again every {} s\"",
                                name.name(),
                                Reasons.of(Reasons.unwrapped(failure)),
                                LOOK_UP.toSeconds());
                    }
                }));
    }

    private static List<Endpoint> addresses(PeerAddress.Dns name) {
        try {
            return Arrays.stream(InetAddress.getAllByName(name.name()))
                    .map(address -> new Endpoint(address.getHostAddress(), name.port()))
                    .toList();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("no address of " + name.name(), e);
        }
    }

    /** An address whose site is known, this one's own included, needs no greeting. */
    private void greetIfNew(Endpoint address) {
        PopId behind = found.get(address);
        if (behind == null || !known(behind)) {
            greetAt(anybody, address, address, Optional.empty());
        }
    }

    private void greetAt(PeerLink link, Endpoint door, Object who, Optional<PopId> expected) {
        Optional<SyncMessage> greeting = loop.look(Site::greeting);
        if (greeting.isEmpty() || !asking.add(who)) {
            return;
        }
        CompletableFuture.supplyAsync(() -> Codec.message(greeting.get()), network)
                .thenCompose(body -> link.post(door, PeerPaths.SYNC, body, PATIENCE))
                .thenApply(reply -> {
                    if (reply.status() != 200) {
                        throw Wire.failure(Doors.text(door), reply.status(), reply.body());
                    }
                    return new Met(Codec.message(reply.body()), reply.peer());
                })
                .whenComplete((met, failure) -> loop.execute(() -> met(met, failure, door, who, expected)));
    }

    /** Who has answered, by their certificate and by their words. */
    private record Met(SyncMessage message, Optional<PopId> proven) {}

    private void met(Met met, Throwable failure, Endpoint door, Object who, Optional<PopId> expected) {
        asking.remove(who);
        if (failure != null) {
            if (silent.add(who)) {
                LOG.warn(
                        "event=peer-not-met door={} expected={} reason=\"{}\" next=\"greeted again and again\"",
                        door,
                        expected.map(PopId::value).orElse("any site"),
                        Reasons.of(Reasons.unwrapped(failure)));
            }
            return;
        }
        PopId from = met.message().from();
        if (!met.proven().equals(Optional.of(from))) {
            LOG.warn("event=peer-not-believed door={} proven={} says={}", door, met.proven(), from);
            return;
        }
        silent.remove(who);
        found.put(door, from);
        if (!from.equals(settings.popId())) {
            LOG.info("event=peer-met peer={} door={}", from, door);
            loop.received(met.message());
        }
    }
}
