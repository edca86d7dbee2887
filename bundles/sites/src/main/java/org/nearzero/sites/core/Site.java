package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.Deployment;
import org.nearzero.api.sites.PointOfPresence;

/**
 * All that one site decides among its peers: who they are, the applications whose homebase it is, those that it follows, and what has
 * to be told to whom. It holds state and is used by one thread at a time; it starts none, reads no clock, does no I/O.
 *
 * <p>Whoever runs it carries out the effects of each call, in order, before the next call (several calls may be put together, if all
 * of their {@link Effect.Persist} are written, in order, before anything else of them is done); so no message leaves before what it
 * says is on the disk. After each call, {@link #wakeAt} says when to come back with {@link SiteEvent#WOKEN} at the latest.
 */
public final class Site {
    private final SiteSettings settings;
    private final PopId here;
    private final long incarnation;
    private final Members members = new Members();
    private final Peers peers;
    private final Applications applications;
    private Outbox out;

    /**
     * A site as it starts.
     *
     * @param settings how it behaves
     * @param self what it says of itself; its incarnation must be higher than at any start before, even if the store was lost (the
     *     greater of the kept one + 1 and the seconds since 1970, say)
     * @param kept all that its store holds, in any order
     * @param operatorAllows at how many sites besides its homebase an application whose homebase is here may be served at once; until
     *     {@link SiteEvent.OperatorAllows} says otherwise
     */
    public Site(SiteSettings settings, Member self, List<Kept> kept, int operatorAllows, Instant now) {
        this.settings = requireNonNull(settings, "settings");
        this.here = self.popId();
        this.incarnation = self.incarnation();
        this.peers = new Peers(settings, here, incarnation);
        this.applications = new Applications(settings, here, members, peers, operatorAllows);
        this.out = new Outbox(peers);
        members.merge(self);
        restored(kept, Member.class).forEach(members::merge);
        restored(kept, HomebaseRecord.class).forEach(applications::restore);
        restored(kept, ShareRecord.class).forEach(share -> applications.restore(share, now));
        restored(kept, FollowerRecord.class).forEach(applications::restore);
    }

    /** The same where the operator leaves it to the developers. */
    public Site(SiteSettings settings, Member self, List<Kept> kept, Instant now) {
        this(settings, self, kept, Integer.MAX_VALUE, now);
    }

    private static <T extends Kept> Stream<T> restored(List<Kept> kept, Class<T> kind) {
        return kept.stream().filter(kind::isInstance).map(kind::cast).sorted((a, b) -> a.key()
                .compareTo(b.key()));
    }

    /**
     * What has to be done at the start: itself written down, everything that it knows placed, peers greeted. Once, before all else. An
     * application that is not placed by it is not wanted here any more, whatever the orchestrator has of it.
     */
    public List<Effect> start(Instant now) {
        for (PopId pop : members.names()) {
            members.reached(pop, true);
            if (pop.equals(here) || settings.gossip()) {
                peers.members.put(pop, members.get(pop).orElseThrow());
            }
            if (!pop.equals(here)) {
                // Nobody is taken for lost until there was the time to hear of it.
                peers.peer(pop).reachable = true;
                peers.heard(peers.peer(pop), now);
            }
        }
        out.keep(members.get(here).orElseThrow());
        applications.start(now, out);
        peers.newsForAll();
        return flush(now);
    }

    /** Something happened. */
    public List<Effect> on(SiteEvent event, Instant now) {
        if (event instanceof SiteEvent.Observed seen) {
            applications.observe(seen);
        } else if (event instanceof SiteEvent.Woken) {
            peers.wake(now).forEach(lost -> reached(lost, ShareEvent.ASSESS, now));
            applications.wake(now, out);
        } else if (event instanceof SiteEvent.Apply apply) {
            applications.apply(apply.application(), now, out);
        } else if (event instanceof SiteEvent.Delete delete) {
            applications.delete(delete.appId(), delete.drain(), out);
        } else if (event instanceof SiteEvent.SetAvailability set) {
            members.get(set.popId())
                    .ifPresent(member ->
                            learn(member.saying(set.availability(), member.availabilityVersion() + 1), true, now));
        } else if (event instanceof SiteEvent.OperatorAllows allows) {
            applications.operatorAllows(allows.servingPops(), now, out);
        } else if (event instanceof SiteEvent.Addresses addresses) {
            learn(members.get(here).orElseThrow().at(addresses.doors(), addresses.ingress()), true, now);
        } else if (event instanceof SiteEvent.Answered answered) {
            Peer peer = peers.peer(answered.peer());
            peer.roundTrip = peer.roundTrip.sample(answered.roundTrip());
        } else if (event instanceof SiteEvent.Unanswered unanswered) {
            Peer peer = peers.peer(unanswered.peer());
            peer.roundTrip = peer.roundTrip.lost();
        }
        return flush(now);
    }

    /** A peer that has proven to be {@code message.from()} has said something, as a request or as an answer. */
    public List<Effect> received(SyncMessage message, Instant now) {
        if (message.from().equals(here)) {
            return List.of();
        }
        Peer peer = peers.peer(message.from());
        if (!peer.speaks(message.incarnation())) {
            return List.of();
        }
        boolean wasReachable = peer.reachable;
        peer.acknowledges(message.acks(), incarnation);
        take(peer, message, now);
        // Only now: what it tells counts before any deadline does.
        peer.reachable = true;
        peers.heard(peer, now);
        if (!wasReachable) {
            reached(peer, new ShareEvent.Reached(), now);
        }
        return flush(now);
    }

    private void take(Peer peer, SyncMessage message, Instant now) {
        Acks known = peer.known();
        boolean newMembers = message.members().extendsFrom(known.members());
        if (newMembers) {
            message.members().items().forEach(member -> learn(member, settings.gossip(), now));
        }
        boolean newOffers = message.offers().extendsFrom(known.offers());
        if (newOffers) {
            applications.offered(peer.popId, message.offers(), out);
        }
        // Assignments are of applications that were offered: without the offers they would be lost, so they wait for
        // the next message.
        boolean offersThere = newOffers || message.offers().revision() <= known.offers();
        boolean newAssignments = offersThere && message.assignments().extendsFrom(known.assignments());
        if (newAssignments) {
            message.assignments().items().forEach(a -> applications.assigned(peer.popId, a, out));
        }
        boolean newReports = message.reports().extendsFrom(known.reports());
        if (newReports) {
            applications.reported(peer, message.reports(), now, out);
        }
        if (newMembers || newOffers || newAssignments || newReports) {
            peer.knows(new Acks(
                    peer.incarnation(),
                    newMembers ? message.members().revision() : known.members(),
                    newOffers ? message.offers().revision() : known.offers(),
                    newAssignments ? message.assignments().revision() : known.assignments(),
                    newReports ? message.reports().revision() : known.reports()));
        }
    }

    /** A member is new, or something new is known of it. */
    private void learn(Member heard, boolean passOn, Instant now) {
        if (!members.merge(heard)) {
            return;
        }
        PopId pop = heard.popId();
        Member known = members.get(pop).orElseThrow();
        out.keep(known);
        if (!pop.equals(here)) {
            members.reached(pop, peers.peer(pop).reachable);
        }
        if ((passOn || pop.equals(here)) && peers.members.put(pop, known)) {
            peers.newsForAll();
        }
        applications.assess(pop, ShareEvent.ASSESS, now, out);
    }

    /** A peer is reached again, or not any more. */
    private void reached(Peer peer, ShareEvent event, Instant now) {
        members.reached(peer.popId, peer.reachable);
        applications.assess(peer.popId, event, now, out);
    }

    private List<Effect> flush(Instant now) {
        out.acting()
                .forEach(follower -> applications.acknowledge(
                        follower, out.serves(follower.application().appId())));
        List<Effect> effects = out.effects(peers.sends(now));
        if (!effects.isEmpty() || !out.acting().isEmpty()) {
            out = new Outbox(peers);
        }
        return effects;
    }

    /** What there is to tell a peer now, as a request or as an answer; everything, if that one has acknowledged nothing yet. */
    public SyncMessage messageFor(PopId pop, Instant now) {
        return peers.messageFor(pop, now);
    }

    /** What to say at a door behind which it is not known who is: who this site is, and whom it knows. Changes nothing. */
    public SyncMessage greeting() {
        return peers.greeting();
    }

    /** When to come back though nothing happens. */
    public Instant wakeAt() {
        return Times.earlier(peers.wakeAt(), applications.wakeAt());
    }

    /** This site. */
    public PopId popId() {
        return here;
    }

    /** How long a request to a peer may take. */
    public Duration timeout(PopId peer) {
        return peers.find(peer)
                .map(known -> known.roundTrip)
                .orElse(RoundTrip.UNKNOWN)
                .timeout();
    }

    /** All sites that it knows, itself included, by name. */
    public List<PointOfPresence> pops(Instant now) {
        List<PointOfPresence> all = new ArrayList<>();
        for (PopId pop : members.names()) {
            Member member = members.get(pop).orElseThrow();
            Optional<Peer> peer = peers.find(pop);
            Instant heard = peer.map(p -> p.lastHeard).orElse(now);
            all.add(new PointOfPresence(
                    pop,
                    member.zoneId(),
                    member.availability(),
                    peer.map(p -> p.reachable).orElse(true),
                    member.doors(),
                    member.ingress(),
                    heard));
        }
        return all;
    }

    /** Where the homebase of an application is; empty if it knows none of that name. */
    public Optional<PopId> homebaseOf(AppId appId) {
        return applications.homebaseOf(appId);
    }

    /** An application whose homebase this is; empty if it is another's, or not known. */
    public Optional<Application> homedHere(AppId appId) {
        return applications.homedHere(appId);
    }

    /** Where an application is served; empty if it knows none of that name. */
    public Optional<Deployment> deployment(AppId appId) {
        return applications.deployment(appId);
    }

    /** Where all applications are served that it knows, by name. */
    public List<Deployment> deployments() {
        return applications.deployments();
    }
}
