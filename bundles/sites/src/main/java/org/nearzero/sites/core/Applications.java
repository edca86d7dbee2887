package org.nearzero.sites.core;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Deployment;
import org.nearzero.api.sites.SiteReport;

/** The applications of one site: those whose homebase it is, and those that it follows. */
final class Applications {
    private final SiteSettings settings;
    private final PopId here;
    private final Members members;
    private final Peers peers;
    private final Followers followers;
    private final Map<AppId, Homebase> homebases = new HashMap<>();
    private final Map<AppId, SiteEvent.Observed> observed = new HashMap<>();
    private final Alarms<AppId> alarms = new Alarms<>();
    private long reportSequence;
    private int operatorAllows;

    Applications(SiteSettings settings, PopId here, Members members, Peers peers, int operatorAllows) {
        this.settings = settings;
        this.here = here;
        this.members = members;
        this.peers = peers;
        this.operatorAllows = operatorAllows;
        this.followers =
                new Followers(pop -> members.get(pop).map(Member::doors).orElse(List.of()), peers::lost);
    }

    void restore(HomebaseRecord kept) {
        homebases.put(kept.appId(), homebase(kept));
    }

    /** After the homebases. */
    void restore(ShareRecord kept, Instant now) {
        Homebase homebase = homebases.get(kept.appId());
        if (homebase != null && homebase.active()) {
            homebase.restore(kept, now);
        }
    }

    void restore(FollowerRecord kept) {
        followers.restore(kept);
    }

    private Homebase homebase(HomebaseRecord kept) {
        return new Homebase(kept, here, members, settings.timing(), operatorAllows);
    }

    void start(Instant now, Output out) {
        for (AppId appId : new TreeSet<>(homebases.keySet())) {
            Homebase homebase = homebases.get(appId);
            peers.offers.put(appId, homebase.kept().offer());
            homebase.assignments().forEach(out::assign);
            if (homebase.active()) {
                out.place(homebase.kept().application().orElseThrow(), Placement.HOMEBASE);
                homebase.resume(now, out);
                alarms.set(appId, homebase.wakeAt());
            }
        }
        followers.placeAll(out);
        for (AppId appId : followers.names()) {
            out.acts(followers.get(appId).orElseThrow().kept());
        }
    }

    void apply(Application application, Instant now, Output out) {
        AppId appId = application.appId();
        long above =
                followers.get(appId).map(follower -> follower.kept().epoch()).orElse(0L);
        followers.leave(appId, out);
        Homebase homebase = homebases.computeIfAbsent(
                appId, app -> homebase(new HomebaseRecord(app, Optional.empty(), 0, 0, settings.deleteDrain())));
        homebase.apply(application, above, now, out);
        offer(homebase);
        alarms.set(appId, homebase.wakeAt());
        out.place(application, Placement.HOMEBASE);
    }

    void delete(AppId appId, Duration drain, Output out) {
        Homebase homebase = homebases.get(appId);
        if (homebase != null && homebase.active() && !giveUp(homebase, drain, out)) {
            observed.remove(appId);
            out.remove(appId, drain);
        }
    }

    /** Is the homebase no more; tells whether another site is. */
    private boolean giveUp(Homebase homebase, Duration drain, Output out) {
        AppId appId = homebase.kept().appId();
        homebase.delete(drain, out);
        offer(homebase);
        alarms.set(appId, Times.FOREVER);
        return followers.succeed(appId, out);
    }

    private void offer(Homebase homebase) {
        if (peers.offers.put(homebase.kept().appId(), homebase.kept().offer())) {
            peers.newsForAll();
        }
    }

    /** What a peer says of the applications whose homebase it is. */
    void offered(PopId from, Part<Offer> offers, Output out) {
        Set<AppId> named = new HashSet<>();
        for (Offer offer : offers.items()) {
            named.add(offer.appId());
            Homebase own = homebases.get(offer.appId());
            if (own == null || !own.active()) {
                followers.offered(from, offer, out);
            } else if (offer.application().isEmpty()) {
                followers.withdrawn(offer.appId(), from, offer.drain(), out);
            } else {
                contend(own, new FollowerRecord(from, offer.application().get(), offer.epoch(), Optional.empty()), out);
            }
        }
        if (offers.whole()) {
            followers.only(from, named, settings.deleteDrain(), out);
        }
    }

    /** Another site claims an application whose homebase this one is. One of both has it; both come to the same answer. */
    private void contend(Homebase own, FollowerRecord claim, Output out) {
        followers.rival(claim);
        FollowerRecord ours =
                new FollowerRecord(here, claim.application(), own.kept().offerEpoch(), Optional.empty());
        if (Follower.outranks(claim, ours)) {
            giveUp(own, settings.deleteDrain(), out);
        }
    }

    void assigned(PopId from, Assignment assignment, Output out) {
        if (assignment.popId().equals(here)) {
            followers.assigned(from, assignment, out);
        }
    }

    /** How this site's applications do at a peer's. */
    void reported(Peer peer, Part<SiteReport> reports, Instant now, Output out) {
        reports.items().forEach(report -> report(peer, report, now, out));
        if (reports.whole()) {
            Set<AppId> named = new HashSet<>();
            reports.items().forEach(report -> named.add(report.appId()));
            // What a site that has just started does not mention has nobody there.
            homebases.forEach((appId, homebase) -> {
                if (!named.contains(appId) && homebase.knows(peer.popId)) {
                    SiteReport nobody = new SiteReport(peer.popId, appId, 0, 0, 0, 0, 0, 0, 0, 0, "");
                    report(peer, nobody, now, out);
                }
            });
        }
    }

    private void report(Peer peer, SiteReport report, Instant now, Output out) {
        Homebase homebase = homebases.get(report.appId());
        if (homebase != null && report.popId().equals(peer.popId)) {
            long before = homebase.kept().offerEpoch();
            homebase.report(peer.incarnation(), report, now, out);
            if (homebase.kept().offerEpoch() != before) {
                offer(homebase);
            }
            alarms.set(report.appId(), homebase.wakeAt());
        }
    }

    /** What holds of a site has changed: its addresses, its availability, or whether it is reached. */
    void assess(PopId pop, ShareEvent event, Instant now, Output out) {
        followers.review(pop, out);
        homebases.forEach((appId, homebase) -> {
            homebase.assess(pop, event, now, out);
            alarms.set(appId, homebase.wakeAt());
        });
    }

    /** The operator lets each be served at so many sites at once besides its homebase. */
    void operatorAllows(int servingPops, Instant now, Output out) {
        if (servingPops == operatorAllows) {
            return;
        }
        operatorAllows = servingPops;
        homebases.forEach((appId, homebase) -> {
            homebase.operatorAllows(servingPops, now, out);
            alarms.set(appId, homebase.wakeAt());
        });
    }

    Instant wakeAt() {
        return alarms.earliest();
    }

    void wake(Instant now, Output out) {
        for (Optional<AppId> due = alarms.next(now); due.isPresent(); due = alarms.next(now)) {
            Homebase homebase = homebases.get(due.get());
            homebase.wake(now, out);
            alarms.set(due.get(), homebase.wakeAt());
        }
    }

    void observe(SiteEvent.Observed seen) {
        if (!seen.equals(observed.put(seen.appId(), seen))) {
            followers.get(seen.appId()).ifPresent(follower -> tell(follower.kept(), seen));
        }
    }

    /**
     * Tells the homebase which epoch is acted on. What was seen under the one before is no answer to this one: neither a condition, nor,
     * if it is to be served from now on, instances that may be draining.
     */
    void acknowledge(FollowerRecord follower, boolean serves) {
        AppId appId = follower.application().appId();
        SiteEvent.Observed before = observed.get(appId);
        if (before == null && follower.assignment().isEmpty()) {
            return;
        }
        SiteEvent.Observed seen =
                before == null ? new SiteEvent.Observed(appId, 0, 0, 0, 0, 0, 0, "") : before.anew(serves);
        observed.put(appId, seen);
        tell(follower, seen);
    }

    private void tell(FollowerRecord follower, SiteEvent.Observed seen) {
        Peer homebase = peers.peer(follower.homebase());
        SiteReport report = new SiteReport(
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
                seen.condition());
        homebase.reports.put(seen.appId(), report);
        peers.news(homebase);
    }

    Optional<PopId> homebaseOf(AppId appId) {
        Homebase own = homebases.get(appId);
        return own != null && own.active()
                ? Optional.of(here)
                : followers.get(appId).map(follower -> follower.kept().homebase());
    }

    Optional<Application> homedHere(AppId appId) {
        return Optional.ofNullable(homebases.get(appId))
                .flatMap(homebase -> homebase.kept().application());
    }

    Optional<Deployment> deployment(AppId appId) {
        Homebase own = homebases.get(appId);
        return own != null && own.active()
                ? Optional.of(own.deployment())
                : followers.get(appId).map(this::deployment);
    }

    private Deployment deployment(Follower follower) {
        FollowerRecord kept = follower.kept();
        AppId appId = kept.application().appId();
        List<SiteReport> reports = peers.find(kept.homebase())
                .flatMap(peer -> peer.reports.get(appId))
                .map(List::of)
                .orElse(List.of());
        return new Deployment(
                kept.application(), kept.homebase(), List.of(follower.assignment(here)), reports, List.of());
    }

    List<Deployment> deployments() {
        Set<AppId> all = new TreeSet<>(followers.names());
        all.addAll(homebases.keySet());
        return all.stream().map(this::deployment).flatMap(Optional::stream).toList();
    }
}
