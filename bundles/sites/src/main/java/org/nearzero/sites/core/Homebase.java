package org.nearzero.sites.core;

import static org.nearzero.sites.core.Times.FOREVER;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Assignment.Role;
import org.nearzero.api.sites.Deployment;
import org.nearzero.api.sites.Migration;
import org.nearzero.api.sites.SiteReport;
import org.nearzero.sites.core.Bounds.Place;

/**
 * One application at its homebase: ties its shares together. A report costs the same however many sites there are; only a place that
 * becomes free ({@code maxServingPops}, the lower one of the policy's and the operator's) goes to the next in line, those who crossed the threshold first coming first.
 */
final class Homebase {
    private static final int ENDED_MIGRATIONS = 100;

    private final PopId here;
    private final Members members;
    private final Timing timing;
    private final Map<PopId, Share> shares = new HashMap<>();
    private final Alarms<PopId> alarms = new Alarms<>();
    private final Map<PopId, InLine> inLine = new HashMap<>();
    private final TreeSet<InLine> line = new TreeSet<>();
    private final Deque<Migration> ended = new ArrayDeque<>();
    private HomebaseRecord kept;
    private int serving;
    private int places;
    private int operatorAllows;

    private record InLine(Instant since, PopId popId) implements Comparable<InLine> {
        @Override
        public int compareTo(InLine other) {
            int byTime = since.compareTo(other.since);
            return byTime != 0 ? byTime : popId.compareTo(other.popId);
        }
    }

    Homebase(HomebaseRecord kept, PopId here, Members members, Timing timing, int operatorAllows) {
        this.kept = kept;
        this.here = here;
        this.members = members;
        this.timing = timing;
        this.operatorAllows = operatorAllows;
    }

    /** A share as it was kept. */
    void restore(ShareRecord share, Instant now) {
        set(Share.of(share, now));
    }

    /** After all shares are restored: goes on where it was. */
    void resume(Instant now, Output out) {
        names().forEach(pop -> step(pop, new ShareEvent.Reached(), now, out));
        settle(now, out);
        // The operator may have changed his mind while it was away.
        trim(now, out);
    }

    HomebaseRecord kept() {
        return kept;
    }

    /** Whether the application is there, and not taken back. */
    boolean active() {
        return kept.application().isPresent();
    }

    /** Takes the application, or a new version of it. */
    void apply(Application application, long above, Instant now, Output out) {
        Optional<MigrationPolicy> before = policy();
        long highest = Math.max(kept.highestEpoch(), above);
        kept = active()
                ? new HomebaseRecord(
                        kept.appId(), Optional.of(application), kept.offerEpoch(), kept.highestEpoch(), kept.drain())
                : new HomebaseRecord(kept.appId(), Optional.of(application), highest + 1, highest + 1, kept.drain());
        out.keep(kept);
        boolean sameThresholds = before.isPresent()
                && policy().isPresent()
                && before.get().sessionThreshold() == policy().get().sessionThreshold()
                && before.get().returnThreshold() == policy().get().returnThreshold();
        ShareEvent event = sameThresholds ? ShareEvent.ASSESS : new ShareEvent.NewPolicy();
        names().forEach(pop -> step(pop, event, now, out));
        settle(now, out);
        trim(now, out);
    }

    /** The operator lets it be served at so many sites at once besides this one. */
    void operatorAllows(int servingPops, Instant now, Output out) {
        operatorAllows = servingPops;
        if (active()) {
            settle(now, out);
            trim(now, out);
        }
    }

    /** Takes it back. Its epochs are never handed out again. */
    void delete(Duration drain, Output out) {
        kept = new HomebaseRecord(kept.appId(), Optional.empty(), kept.offerEpoch(), kept.highestEpoch(), drain);
        out.keep(kept);
        names().forEach(pop -> {
            out.unassign(shares.get(pop).kept());
            out.drop(shares.get(pop).kept());
            alarms.set(pop, FOREVER);
        });
        shares.clear();
        inLine.clear();
        line.clear();
        serving = 0;
        places = 0;
    }

    /** Whether a site has a share. */
    boolean knows(PopId pop) {
        return shares.containsKey(pop);
    }

    /** A site has reported. */
    void report(long incarnation, SiteReport report, Instant now, Output out) {
        if (!active()) {
            return;
        }
        PopId pop = report.popId();
        if (report.epoch() > kept.highestEpoch()) {
            outgrow(report, now, out);
        }
        if (!shares.containsKey(pop)) {
            if (report.sessions() == 0) {
                return;
            }
            shares.put(pop, Share.of(ShareRecord.relaying(kept.appId(), pop), now));
        }
        step(pop, new ShareEvent.Reported(incarnation, report), now, out);
        settle(now, out);
    }

    /**
     * A site acts on an epoch that was never handed out here: what was kept here was lost. Everything is told anew above it, or that
     * site would not believe a word.
     */
    private void outgrow(SiteReport report, Instant now, Output out) {
        long epoch = report.epoch() + 1;
        Duration drain = kept.drain();
        Optional<Application> application = kept.application();
        names().forEach(pop -> {
            out.unassign(shares.get(pop).kept());
            out.drop(shares.get(pop).kept());
            set(Share.of(ShareRecord.relaying(kept.appId(), pop), now));
            alarms.set(pop, FOREVER);
        });
        kept = new HomebaseRecord(kept.appId(), application, epoch, epoch, drain);
        out.keep(kept);
    }

    /** What holds of a site has changed. */
    void assess(PopId pop, ShareEvent event, Instant now, Output out) {
        if (shares.containsKey(pop)) {
            step(pop, event, now, out);
            settle(now, out);
            trim(now, out);
        }
    }

    Instant wakeAt() {
        return alarms.earliest();
    }

    void wake(Instant now, Output out) {
        Optional<PopId> due = alarms.next(now);
        while (due.isPresent()) {
            step(due.get(), ShareEvent.ASSESS, now, out);
            settle(now, out);
            due = alarms.next(now);
        }
    }

    /** Gives what is free to those in line. */
    private void settle(Instant now, Output out) {
        int most = most();
        while (places < most && !line.isEmpty()) {
            PopId first = line.first().popId();
            leaveLine(first);
            step(first, ShareEvent.ASSESS, now, out);
        }
    }

    /** Takes back what is too much since a policy has changed; of a site that is not reached, once it is. */
    private void trim(Instant now, Output out) {
        int most = most();
        if (serving > most && policy().isPresent()) {
            latest(serving - most).forEach(pop -> step(pop, ShareEvent.ASSESS, Place.GIVE_UP, now, out));
        }
    }

    /** Those who serve and may be told otherwise, the last to come first. */
    private List<PopId> latest(int count) {
        return shares.values().stream()
                .filter(share -> share.kept().role() == Role.SERVE)
                .sorted(Comparator.comparing((Share share) -> share.kept().decidedAt())
                        .thenComparing(share -> share.kept().popId())
                        .reversed())
                .limit(count)
                .map(share -> share.kept().popId())
                .toList();
    }

    private void step(PopId pop, ShareEvent event, Instant now, Output out) {
        int most = most();
        boolean has = shares.get(pop).kept().takesPlace();
        boolean free = has ? places <= most : places < most;
        step(pop, event, free ? Place.FREE : Place.TAKEN, now, out);
    }

    private void step(PopId pop, ShareEvent event, Place place, Instant now, Output out) {
        Share before = shares.get(pop);
        Optional<Standing> site = members.standing(pop);
        if (site.isEmpty()) {
            return;
        }
        Conditions conditions = new Conditions(
                here,
                policy(),
                kept.application().orElseThrow().policy().scaling().startupDeadline(),
                site.get(),
                place,
                operatorAllows,
                kept.highestEpoch() + 1,
                timing);
        Transition next = ShareLogic.on(before, event, conditions, now);
        set(next.share());
        if (next.share().kept() != before.kept()) {
            written(before.kept(), next, out);
        }
        alarms.set(pop, next.wakeAt());
        leaveLine(pop);
        if (next.waits()) {
            InLine waiting = new InLine(next.share().levels().since(), pop);
            inLine.put(pop, waiting);
            line.add(waiting);
        }
    }

    private void written(ShareRecord before, Transition next, Output out) {
        ShareRecord after = next.share().kept();
        Optional<Assignment> assignment = after.assignment();
        if (!assignment.equals(before.assignment())) {
            long epoch = assignment.orElseThrow().epoch();
            kept = new HomebaseRecord(kept.appId(), kept.application(), kept.offerEpoch(), epoch, kept.drain());
            out.keep(kept);
            out.assign(assignment.get());
        }
        out.keep(after);
        next.told().forEach(migration -> {
            out.tell(migration);
            if (migration.state().over()) {
                ended.addLast(migration);
            }
        });
        while (ended.size() > ENDED_MIGRATIONS) {
            ended.removeFirst();
        }
    }

    private void set(Share share) {
        Share before = shares.put(share.kept().popId(), share);
        count(share, 1);
        if (before != null) {
            count(before, -1);
        }
    }

    private void count(Share share, int by) {
        serving += share.kept().role() == Role.SERVE ? by : 0;
        places += share.kept().takesPlace() ? by : 0;
    }

    private void leaveLine(PopId pop) {
        if (inLine.isEmpty()) {
            return;
        }
        InLine left = inLine.remove(pop);
        if (left != null) {
            line.remove(left);
        }
    }

    private Optional<MigrationPolicy> policy() {
        return kept.application().flatMap(application -> application.policy().migration());
    }

    /** At how many sites besides this one it may be served: both policies intersected. */
    private int most() {
        return Math.min(policy().map(MigrationPolicy::maxServingPops).orElse(0), operatorAllows);
    }

    private List<PopId> names() {
        return shares.keySet().stream().sorted().toList();
    }

    /** What the sites are told, by site. */
    List<Assignment> assignments() {
        return names().stream()
                .map(pop -> shares.get(pop).kept().assignment())
                .flatMap(Optional::stream)
                .toList();
    }

    /** Where it is served. */
    Deployment deployment() {
        List<Assignment> assignments = new ArrayList<>();
        List<SiteReport> reports = new ArrayList<>();
        List<Migration> migrations = new ArrayList<>(ended);
        for (PopId pop : names()) {
            Share share = shares.get(pop);
            (inLine.containsKey(pop)
                            ? Optional.of(waiting(share.kept()))
                            : share.kept().assignment())
                    .ifPresent(assignments::add);
            if (share.report().sequence() >= 0) {
                reports.add(share.report());
            }
            share.kept()
                    .migration()
                    .filter(migration -> !migrations.contains(migration))
                    .ifPresent(migrations::add);
        }
        migrations.sort(
                Comparator.comparing(migration -> migration.history().get(0).at()));
        return new Deployment(kept.application().orElseThrow(), here, assignments, reports, migrations);
    }

    /** What a site does that waits for a place, with the reason why it has none. */
    private Assignment waiting(ShareRecord share) {
        long epoch = share.assignment().map(Assignment::epoch).orElse(Math.max(1, kept.offerEpoch()));
        String reason = Reasons.places(policy().orElseThrow(), operatorAllows);
        return new Assignment(kept.appId(), share.popId(), Role.RELAY, epoch, reason);
    }
}
