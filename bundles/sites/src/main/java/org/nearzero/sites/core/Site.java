package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Deployment;
import org.nearzero.api.sites.PointOfPresence;
import org.nearzero.api.sites.SiteReport;

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
    private final Map<AppId, Homebase> homebases = new HashMap<>();
    private final Followers followers = new Followers(this::doors, pop -> peers().lost(pop));
    private final Map<AppId, SiteEvent.Observed> observed = new HashMap<>();
    private final Alarms<AppId> homebaseAlarms = new Alarms<>();
    private long reportSequence;
    private Outbox out;

    /**
     * A site as it starts.
     *
     * @param settings how it behaves
     * @param self what it says of itself; its incarnation must be higher than at any start before, even if the store was lost (the
     *     greater of the kept one + 1 and the seconds since 1970, say)
     * @param kept all that its store holds, in any order
     */
    public Site(SiteSettings settings, Member self, List<Kept> kept, Instant now) {
        this.settings = requireNonNull(settings, "settings");
        this.here = self.popId();
        this.incarnation = self.incarnation();
        this.peers = new Peers(settings, here, incarnation);
        this.out = new Outbox(peers);
        members.merge(self);
        restore(kept, Member.class).forEach(member -> {
            members.merge(member);
            if (!member.popId().equals(here)) {
                // Until it has had the time to be heard nobody is taken for lost.
                Peer peer = peers.peer(member.popId());
                peer.reachable = true;
                peers.heard(peer, now);
            }
        });
        restore(kept, HomebaseRecord.class).forEach(record -> homebases.put(record.appId(), homebase(record)));
        restore(kept, ShareRecord.class)
                .filter(share -> homebases.containsKey(share.appId()))
                .forEach(share -> homebases.get(share.appId()).restore(share, now));
        restore(kept, FollowerRecord.class).forEach(followers::restore);
    }

    private static <T extends Kept> Stream<T> restore(List<Kept> kept, Class<T> kind) {
        return kept.stream().filter(kind::isInstance).map(kind::cast).sorted((a, b) -> a.key()
                .compareTo(b.key()));
    }

    private Homebase homebase(HomebaseRecord record) {
        return new Homebase(record, here, members, settings.timing());
    }

    /** What has to be done at the start: itself written down, everything that it knows placed, peers greeted. Once, before all else. */
    public List<Effect> start(Instant now) {
        members.reached(here, true);
        for (PopId pop : members.names()) {
            if (pop.equals(here) || settings.gossip()) {
                peers.members.put(pop, members.get(pop).orElseThrow());
            }
        }
        peers.all().forEach(peer -> members.reached(peer.popId, true));
        out.keep(members.get(here).orElseThrow());
        for (AppId appId : new TreeSet<>(homebases.keySet())) {
            Homebase homebase = homebases.get(appId);
            peers.offers.put(appId, homebase.kept().offer());
            homebase.assignments().forEach(out::assign);
            if (homebase.active()) {
                out.place(homebase.kept().application().orElseThrow(), Placement.HOMEBASE);
                homebase.resume(now, out);
                homebaseAlarms.set(appId, homebase.wakeAt());
            }
        }
        followers.placeAll(out);
        for (AppId appId : followers.names()) {
            out.acts(followers.get(appId).orElseThrow().kept());
        }
        peers.newsForAll();
        return flush(now);
    }

    /** Something happened. */
    public List<Effect> on(SiteEvent event, Instant now) {
        if (event instanceof SiteEvent.Observed seen) {
            observe(seen);
        } else if (event instanceof SiteEvent.Woken) {
            wake(now);
        } else if (event instanceof SiteEvent.Apply apply) {
            apply(apply.application(), now);
        } else if (event instanceof SiteEvent.Delete delete) {
            delete(delete.appId(), delete.drain());
        } else if (event instanceof SiteEvent.SetAvailability set) {
            members.get(set.popId())
                    .ifPresent(member ->
                            learn(member.saying(set.availability(), member.availabilityVersion() + 1), true, now));
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
        peers.heard(peer, now);
        peer.acknowledges(message.acks(), incarnation);
        take(peer, message, now);
        if (!peer.reachable) {
            peer.reachable = true;
            peers.heard(peer, now);
            reached(peer, now);
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
            offered(peer.popId, message.offers(), now);
        }
        // Assignments are of applications that were offered: without the offers they would be lost, so they wait for
        // the next message.
        boolean offersThere = newOffers || message.offers().revision() <= known.offers();
        boolean newAssignments = offersThere && message.assignments().extendsFrom(known.assignments());
        if (newAssignments) {
            message.assignments().items().forEach(a -> assigned(peer.popId, a));
        }
        boolean newReports = message.reports().extendsFrom(known.reports());
        if (newReports) {
            reported(peer, message.reports(), now);
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

    private void assigned(PopId from, Assignment assignment) {
        if (assignment.popId().equals(here)) {
            followers.assigned(from, assignment, out);
        }
    }

    private void reported(Peer peer, Part<SiteReport> reports, Instant now) {
        reports.items().forEach(report -> report(peer, report, now));
        if (reports.whole()) {
            Set<AppId> named = new HashSet<>();
            reports.items().forEach(report -> named.add(report.appId()));
            // What a site that has just started does not mention has nobody there.
            homebases.forEach((appId, homebase) -> {
                if (!named.contains(appId) && homebase.knows(peer.popId)) {
                    report(peer, new SiteReport(peer.popId, appId, 0, 0, 0, 0, 0, 0, 0, 0, ""), now);
                }
            });
        }
    }

    private void report(Peer peer, SiteReport report, Instant now) {
        Homebase homebase = homebases.get(report.appId());
        if (homebase != null && report.popId().equals(peer.popId)) {
            homebase.report(peer.incarnation(), report, now, out);
            homebaseAlarms.set(report.appId(), homebase.wakeAt());
        }
    }

    private void offered(PopId from, Part<Offer> offers, Instant now) {
        Set<AppId> active = new HashSet<>();
        for (Offer offer : offers.items()) {
            offer.application().ifPresent(application -> active.add(offer.appId()));
            Homebase own = homebases.get(offer.appId());
            if (own == null || !own.active()) {
                followers.offered(from, offer, out);
            } else if (offer.application().isEmpty()) {
                followers.withdrawn(offer.appId(), from, offer.drain(), out);
            } else {
                contend(own, new FollowerRecord(from, offer.application().get(), offer.epoch(), Optional.empty()));
            }
        }
        if (offers.whole()) {
            offers.items().forEach(offer -> active.add(offer.appId()));
            followers.only(from, active, settings.deleteDrain(), out);
        }
    }

    /** Another site claims an application whose homebase this one is. One of both has it; both come to the same answer. */
    private void contend(Homebase own, FollowerRecord claim) {
        followers.rival(claim);
        FollowerRecord ours =
                new FollowerRecord(here, claim.application(), own.kept().offerEpoch(), Optional.empty());
        if (Follower.outranks(claim, ours)) {
            AppId appId = own.kept().appId();
            own.delete(settings.deleteDrain(), out);
            offer(own);
            homebaseAlarms.set(appId, Times.FOREVER);
            followers.succeed(appId, out);
        }
    }

    private void apply(Application application, Instant now) {
        AppId appId = application.appId();
        long above = followers
                .get(appId)
                .map(f -> Math.max(f.kept().epoch(), f.kept().offerEpoch()))
                .orElse(0L);
        followers.leave(appId, out);
        Homebase homebase = homebases.computeIfAbsent(
                appId, app -> homebase(new HomebaseRecord(app, Optional.empty(), 0, 0, settings.deleteDrain())));
        homebase.apply(application, above, now, out);
        offer(homebase);
        homebaseAlarms.set(appId, homebase.wakeAt());
        out.place(application, Placement.HOMEBASE);
    }

    private void delete(AppId appId, Duration drain) {
        Homebase homebase = homebases.get(appId);
        if (homebase == null || !homebase.active()) {
            return;
        }
        homebase.delete(drain, out);
        offer(homebase);
        homebaseAlarms.set(appId, Times.FOREVER);
        if (!followers.succeed(appId, out)) {
            observed.remove(appId);
            out.remove(appId, drain);
        }
    }

    private void offer(Homebase homebase) {
        if (peers.offers.put(homebase.kept().appId(), homebase.kept().offer())) {
            peers.newsForAll();
        }
    }

    private void observe(SiteEvent.Observed seen) {
        if (seen.equals(observed.put(seen.appId(), seen))) {
            return;
        }
        followers.get(seen.appId()).ifPresent(follower -> tell(follower.kept(), seen));
    }

    private void tell(FollowerRecord follower, SiteEvent.Observed seen) {
        Peer homebase = peers.peer(follower.homebase());
        homebase.reports.put(
                seen.appId(),
                new SiteReport(
                        here,
                        seen.appId(),
                        follower.epoch(),
                        ++reportSequence,
                        seen.sessions(),
                        seen.devices(),
                        seen.connections(),
                        seen.relayed(),
                        seen.ready(),
                        seen.starting(),
                        seen.condition()));
        peers.news(homebase);
    }

    /** A member is new, or says something new. */
    private void learn(Member heard, boolean passOn, Instant now) {
        if (!members.merge(heard)) {
            return;
        }
        PopId pop = heard.popId();
        Member known = members.get(pop).orElseThrow();
        out.keep(known);
        if (!pop.equals(here)) {
            members.reached(pop, peers.peer(pop).reachable);
            followers.review(pop, out);
        }
        if ((passOn || pop.equals(here)) && peers.members.put(pop, known)) {
            peers.newsForAll();
        }
        assess(pop, ShareEvent.ASSESS, now);
    }

    private void assess(PopId pop, ShareEvent event, Instant now) {
        homebases.forEach((appId, homebase) -> {
            homebase.assess(pop, event, now, out);
            homebaseAlarms.set(appId, homebase.wakeAt());
        });
    }

    /** A peer is reached again, or not any more. */
    private void reached(Peer peer, Instant now) {
        members.reached(peer.popId, peer.reachable);
        followers.review(peer.popId, out);
        assess(peer.popId, peer.reachable ? new ShareEvent.Reached() : ShareEvent.ASSESS, now);
    }

    private void wake(Instant now) {
        peers.wake(now).forEach(peer -> reached(peer, now));
        for (Optional<AppId> due = homebaseAlarms.next(now); due.isPresent(); due = homebaseAlarms.next(now)) {
            Homebase homebase = homebases.get(due.get());
            homebase.wake(now, out);
            homebaseAlarms.set(due.get(), homebase.wakeAt());
        }
    }

    private Peers peers() {
        return peers;
    }

    private List<Endpoint> doors(PopId pop) {
        return members.get(pop).map(Member::doors).orElse(List.of());
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
        return Times.earlier(peers.wakeAt(), homebaseAlarms.earliest());
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
        Homebase own = homebases.get(appId);
        return own != null && own.active()
                ? Optional.of(here)
                : followers.get(appId).map(follower -> follower.kept().homebase());
    }

    /** Where an application is served; empty if it knows none of that name. */
    public Optional<Deployment> deployment(AppId appId) {
        Homebase own = homebases.get(appId);
        return own != null && own.active()
                ? Optional.of(own.deployment())
                : followers.get(appId).map(this::deployment);
    }

    private Deployment deployment(Follower follower) {
        FollowerRecord kept = follower.kept();
        List<SiteReport> reports = peers.find(kept.homebase())
                .flatMap(peer -> peer.reports.get(kept.application().appId()))
                .map(List::of)
                .orElse(List.of());
        return new Deployment(
                kept.application(), kept.homebase(), List.of(follower.assignment(here)), reports, List.of());
    }

    /** Where all applications are served that it knows, by name. */
    public List<Deployment> deployments() {
        Set<AppId> all = new TreeSet<>(followers.names());
        all.addAll(homebases.keySet());
        return all.stream().map(this::deployment).flatMap(Optional::stream).toList();
    }

    private List<Effect> flush(Instant now) {
        for (FollowerRecord follower : out.acting()) {
            acknowledge(follower);
        }
        List<Effect> effects = out.effects(peers.sends(now));
        if (!effects.isEmpty() || !out.acting().isEmpty()) {
            out = new Outbox(peers);
        }
        return effects;
    }

    /** Tells the homebase which epoch is acted on. A condition that was seen under the one before is no answer to this one. */
    private void acknowledge(FollowerRecord follower) {
        AppId appId = follower.application().appId();
        SiteEvent.Observed before = observed.get(appId);
        if (before == null && follower.assignment().isEmpty()) {
            return;
        }
        SiteEvent.Observed seen =
                before == null ? new SiteEvent.Observed(appId, 0, 0, 0, 0, 0, 0, "") : before.without();
        observed.put(appId, seen);
        tell(follower, seen);
    }
}
