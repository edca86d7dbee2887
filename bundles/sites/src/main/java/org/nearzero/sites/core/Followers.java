package org.nearzero.sites.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Assignment;

/** The applications of one site that have their homebase elsewhere, and who else claims them. */
final class Followers {
    private final Function<PopId, List<Endpoint>> doors;
    private final Predicate<PopId> lost;
    private final Map<AppId, Follower> followers = new HashMap<>();
    private final Map<AppId, Placement> placed = new HashMap<>();

    /** Claims that do not hold: there are any only where an application was handed over on both sides of a partition. */
    private final Map<AppId, TreeMap<PopId, FollowerRecord>> rivals = new HashMap<>();

    Followers(Function<PopId, List<Endpoint>> doors, Predicate<PopId> lost) {
        this.doors = doors;
        this.lost = lost;
    }

    void restore(FollowerRecord kept) {
        followers.put(kept.application().appId(), new Follower(kept, false));
    }

    Optional<Follower> get(AppId appId) {
        return Optional.ofNullable(followers.get(appId));
    }

    Set<AppId> names() {
        return followers.keySet();
    }

    /** What a homebase says of an application: a new offer, and what was assigned before goes on unless the offer voids it. */
    void offered(PopId homebase, Offer offer, Output out) {
        AppId appId = offer.appId();
        if (offer.application().isEmpty()) {
            withdrawn(appId, homebase, offer.drain(), out);
            return;
        }
        Optional<Assignment> assignment = claim(appId, homebase).flatMap(FollowerRecord::assignment);
        heard(new FollowerRecord(homebase, offer.application().get(), offer.epoch(), assignment), out);
    }

    /** What it says of this site's part. */
    void assigned(PopId homebase, Assignment assignment, Output out) {
        AppId appId = assignment.appId();
        Optional<FollowerRecord> claim = claim(appId, homebase).map(c -> c.assigned(Optional.of(assignment)));
        if (followers.containsKey(appId)) {
            claim.ifPresent(c -> heard(c, out));
        } else {
            // This site is the homebase itself.
            claim.ifPresent(this::rival);
        }
    }

    /** These are all the applications that it has. */
    void only(PopId homebase, Set<AppId> offered, Duration drain, Output out) {
        Set<AppId> gone = new HashSet<>();
        followers.forEach((appId, follower) -> {
            if (follower.kept().homebase().equals(homebase)) {
                gone.add(appId);
            }
        });
        rivals.forEach((appId, claims) -> {
            if (claims.containsKey(homebase)) {
                gone.add(appId);
            }
        });
        gone.removeAll(offered);
        gone.stream().sorted().forEach(appId -> withdrawn(appId, homebase, drain, out));
    }

    private Optional<FollowerRecord> claim(AppId appId, PopId homebase) {
        Follower follower = followers.get(appId);
        if (follower != null && follower.kept().homebase().equals(homebase)) {
            return Optional.of(follower.kept());
        }
        return Optional.ofNullable(rivals.get(appId)).map(claims -> claims.get(homebase));
    }

    private void heard(FollowerRecord claim, Output out) {
        AppId appId = claim.application().appId();
        Follower before = followers.get(appId);
        if (before == null) {
            set(appId, new Follower(claim.valid(), lost.test(claim.homebase())), out);
            return;
        }
        Follower.Heard heard = before.hear(claim, lost.test(claim.homebase()));
        heard.rival().ifPresent(this::rival);
        if (heard.follower().kept() != before.kept()) {
            dropRival(appId, heard.follower().kept().homebase());
            set(appId, heard.follower(), out);
        }
    }

    /** A claim that does not hold, while another does. */
    void rival(FollowerRecord claim) {
        rivals.computeIfAbsent(claim.application().appId(), app -> new TreeMap<>())
                .put(claim.homebase(), claim);
    }

    private void dropRival(AppId appId, PopId homebase) {
        TreeMap<PopId, FollowerRecord> claims = rivals.get(appId);
        if (claims != null) {
            claims.remove(homebase);
            if (claims.isEmpty()) {
                rivals.remove(appId);
            }
        }
    }

    /** A homebase has it no more: the next claim holds, if there is one. */
    void withdrawn(AppId appId, PopId homebase, Duration drain, Output out) {
        dropRival(appId, homebase);
        Follower before = followers.get(appId);
        if (before == null || !before.kept().homebase().equals(homebase)) {
            return;
        }
        followers.remove(appId);
        if (!succeed(appId, out)) {
            placed.remove(appId);
            out.drop(before.kept());
            out.remove(appId, drain);
        }
    }

    /** The best of the claims that were left aside holds from now on. */
    boolean succeed(AppId appId, Output out) {
        TreeMap<PopId, FollowerRecord> claims = rivals.get(appId);
        if (claims == null) {
            return false;
        }
        FollowerRecord best = claims.values().stream()
                .reduce((a, b) -> Follower.outranks(b, a) ? b : a)
                .orElseThrow();
        dropRival(appId, best.homebase());
        set(appId, new Follower(best, lost.test(best.homebase())), out);
        return true;
    }

    /** This site has become the homebase itself: the claim that held is one of those left aside. */
    void leave(AppId appId, Output out) {
        Follower before = followers.remove(appId);
        if (before != null) {
            rival(before.kept());
            placed.remove(appId);
            out.drop(before.kept());
        }
    }

    /** A homebase is not reached any more, or again, or elsewhere than before. */
    void review(PopId homebase, Output out) {
        boolean cutOff = lost.test(homebase);
        List<Follower> those = new ArrayList<>();
        for (Follower follower : followers.values()) {
            if (follower.kept().homebase().equals(homebase)) {
                those.add(follower);
            }
        }
        those.sort((a, b) -> a.kept().key().compareTo(b.kept().key()));
        for (Follower follower : those) {
            AppId appId = follower.kept().application().appId();
            Follower next = follower.cutOff(cutOff);
            followers.put(appId, next);
            place(appId, next, false, out);
        }
    }

    /** Everything is placed, as after a start. */
    void placeAll(Output out) {
        followers.keySet().stream().sorted().forEach(appId -> place(appId, followers.get(appId), false, out));
    }

    private void set(AppId appId, Follower next, Output out) {
        Follower before = followers.put(appId, next);
        out.keep(next.kept());
        boolean otherVersion = before == null
                || !before.kept().application().equals(next.kept().application());
        place(appId, next, otherVersion, out);
        boolean otherEpoch = before == null
                || before.kept().epoch() != next.kept().epoch()
                || !before.kept().homebase().equals(next.kept().homebase());
        if (otherEpoch) {
            out.acts(next.kept());
        }
    }

    /** Nothing can be relayed to a homebase of which no door is known; that is made up for when one is. */
    private void place(AppId appId, Follower follower, boolean otherVersion, Output out) {
        List<Endpoint> known = doors.apply(follower.kept().homebase());
        if (known.isEmpty()) {
            return;
        }
        Placement placement = follower.placement(known);
        if (otherVersion || !placement.equals(placed.get(appId))) {
            placed.put(appId, placement);
            out.place(follower.kept().application(), placement);
        }
    }
}
