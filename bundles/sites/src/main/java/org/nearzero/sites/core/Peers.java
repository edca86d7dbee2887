package org.nearzero.sites.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.PopId;

/** The conversations of one site: what each peer is to know, and who is heard. */
final class Peers {
    /** What all peers are to know. */
    final Ledger<PopId, Member> members = new Ledger<>();

    final Ledger<AppId, Offer> offers = new Ledger<>();

    private final SiteSettings settings;
    private final PopId here;
    private final long incarnation;
    private final Map<PopId, Peer> peers = new HashMap<>();
    private final Alarms<PopId> alarms = new Alarms<>();
    private final List<Peer> fresh = new ArrayList<>();
    private TreeSet<PopId> asked = new TreeSet<>();

    Peers(SiteSettings settings, PopId here, long incarnation) {
        this.settings = settings;
        this.here = here;
        this.incarnation = incarnation;
    }

    /** The conversation with a site; a new one if there is none. */
    Peer peer(PopId pop) {
        Peer known = peers.get(pop);
        if (known != null) {
            return known;
        }
        Peer peer = new Peer(pop);
        peers.put(pop, peer);
        fresh.add(peer);
        news(peer);
        return peer;
    }

    Optional<Peer> find(PopId pop) {
        return Optional.ofNullable(peers.get(pop));
    }

    Collection<Peer> all() {
        return peers.values();
    }

    boolean lost(PopId pop) {
        Peer peer = peers.get(pop);
        return peer == null || !peer.reachable;
    }

    /** Asks for a message to a peer, once until it is made. */
    void news(Peer peer) {
        if (!peer.asked) {
            peer.asked = true;
            asked.add(peer.popId);
        }
    }

    void newsForAll() {
        peers.values().forEach(this::news);
    }

    /** The peers to whom something is to be sent; each is named once. */
    Collection<PopId> sends(Instant now) {
        for (Peer peer : fresh) {
            peer.lastSent = now;
            alarm(peer);
        }
        fresh.clear();
        if (asked.isEmpty()) {
            return List.of();
        }
        TreeSet<PopId> sends = asked;
        asked = new TreeSet<>();
        return sends;
    }

    void heard(Peer peer, Instant now) {
        peer.lastHeard = now;
        alarm(peer);
    }

    Instant wakeAt() {
        return alarms.earliest();
    }

    /** Asks for the heartbeats that are due; gives back those who have not been heard for too long. */
    List<Peer> wake(Instant now) {
        List<Peer> lost = new ArrayList<>();
        for (Optional<PopId> due = alarms.next(now); due.isPresent(); due = alarms.next(now)) {
            Peer peer = peers.get(due.get());
            if (peer.reachable && Times.reached(lostAt(peer), now)) {
                peer.reachable = false;
                lost.add(peer);
            }
            if (Times.reached(heartbeatAt(peer), now)) {
                // Asked for anew even if the message that was asked for before has not been made.
                peer.lastSent = now;
                peer.asked = false;
                news(peer);
            }
            alarm(peer);
        }
        return lost;
    }

    private void alarm(Peer peer) {
        Instant heartbeat = heartbeatAt(peer);
        alarms.set(peer.popId, peer.reachable ? Times.earlier(heartbeat, lostAt(peer)) : heartbeat);
    }

    private Instant heartbeatAt(Peer peer) {
        return Times.later(peer.lastSent, settings.heartbeat());
    }

    private Instant lostAt(Peer peer) {
        Duration patience = settings.heartbeat().multipliedBy(settings.missed()).plus(peer.roundTrip.timeout());
        return Times.later(peer.lastHeard, patience);
    }

    SyncMessage messageFor(PopId pop, Instant now) {
        Peer peer = peer(pop);
        peer.asked = false;
        peer.lastSent = now;
        alarm(peer);
        Acks acked = peer.acked();
        return new SyncMessage(
                here,
                incarnation,
                peer.nextSequence(),
                peer.known(),
                members.after(acked.members()),
                offers.after(acked.offers()),
                peer.assignments.after(acked.assignments()),
                peer.reports.after(acked.reports()));
    }

    SyncMessage greeting() {
        return new SyncMessage(
                here,
                incarnation,
                0,
                Acks.NONE,
                members.after(0),
                new Part<>(0, 0, List.of()),
                new Part<>(0, 0, List.of()),
                new Part<>(0, 0, List.of()));
    }
}
