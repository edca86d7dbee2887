package org.nearzero.sites.core;

import static org.nearzero.sites.core.Times.FOREVER;
import static org.nearzero.sites.core.Times.NEVER;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Assignment.Role;
import org.nearzero.api.sites.Migration;
import org.nearzero.api.sites.Migration.State;
import org.nearzero.api.sites.PointOfPresence.Availability;
import org.nearzero.api.sites.SiteReport;
import org.nearzero.sites.core.Bounds.Place;
import org.nearzero.sites.core.Verdict.Why;

/** One step of {@link ShareLogic}: lives for one call. */
final class ShareStep {
    private final Conditions conditions;
    private final MigrationPolicy policy;
    private final Instant now;
    private Share share;
    private ShareRecord kept;
    private List<Migration> told = List.of();
    private boolean waits;

    ShareStep(Share share, Conditions conditions, Instant now) {
        this.share = share;
        this.kept = share.kept();
        this.conditions = conditions;
        this.policy = conditions.policy().orElse(MigrationPolicy.DEFAULT);
        this.now = now;
    }

    Transition on(ShareEvent event) {
        if (event instanceof ShareEvent.Reported reported) {
            take(reported);
        } else if (event instanceof ShareEvent.NewPolicy) {
            share = new Share(
                    kept, share.incarnation(), share.report(), share.levels().anew(policy, now));
        } else if (event instanceof ShareEvent.Reached && kept.migrating()) {
            grant();
        }
        Verdict verdict = decide();
        if (verdict.role() != kept.wanted()) {
            turn(verdict);
        } else if (backingOff()) {
            retry(verdict);
        }
        if (kept.migrating()) {
            advance();
        }
        return new Transition(share.with(kept), verdict, told, wakeAt(verdict), waits || verdict.waitsForPlace());
    }

    private void take(ShareEvent.Reported reported) {
        SiteReport report = reported.report();
        boolean old = reported.incarnation() < share.incarnation()
                || reported.incarnation() == share.incarnation()
                        && report.sequence() <= share.report().sequence();
        if (old) {
            return;
        }
        boolean begins = share.report().starting() == 0 && report.starting() > 0;
        share = new Share(kept, reported.incarnation(), report, share.levels().told(report.sessions(), policy, now));
        if (kept.assignment().isPresent() && report.epoch() > kept.acknowledged()) {
            kept = kept.acknowledging(report.epoch());
        }
        if (begins && acknowledged() && kept.migration().orElseThrow().state() == State.INSTANTIATING) {
            kept = kept.until(startBy());
        }
    }

    /** Time to tell what it could not tell while it was not heard, or while this homebase was away. */
    private void grant() {
        Instant soonest = Times.later(now, conditions.timing().startMargin());
        if (kept.deadline().isBefore(soonest)) {
            kept = kept.until(soonest);
        }
    }

    private Verdict decide() {
        Bounds bounds = new Bounds(
                conditions.site(), kept.wanted(), kept.decidedAt(), conditions.place(), conditions.operatorAllows());
        return conditions.policy().isPresent()
                ? MigrationDecision.decide(policy, share.levels(), bounds, now)
                : new Verdict(Role.RELAY, Why.NO_MIGRATION, FOREVER, policy, share.levels(), bounds);
    }

    /** The verdict has changed. */
    private void turn(Verdict verdict) {
        String reason = verdict.reason();
        if (kept.migrating()) {
            enter(State.FAILED, "superseded: " + reason, FOREVER);
        }
        kept = kept.decided(verdict.role(), now);
        if (kept.role() != verdict.role()) {
            assign(verdict.role(), reason);
            trigger(verdict.role(), reason);
        }
    }

    private boolean backingOff() {
        return kept.wanted() == Role.SERVE && kept.role() == Role.RELAY;
    }

    private void retry(Verdict verdict) {
        boolean may = conditions.site().reachable() && conditions.site().availability() == Availability.ACTIVE;
        if (!may || !Times.reached(kept.retryAt(), now)) {
            return;
        }
        if (conditions.place() != Place.FREE) {
            waits = true;
            return;
        }
        String reason = verdict.reason() + ", attempt " + (kept.failures() + 1);
        assign(Role.SERVE, reason);
        trigger(Role.SERVE, reason);
    }

    private void assign(Role role, String reason) {
        kept = kept.assigned(new Assignment(kept.appId(), kept.popId(), role, conditions.nextEpoch(), reason));
    }

    private void trigger(Role role, String reason) {
        boolean there = role == Role.SERVE;
        PopId source = there ? conditions.homebase() : kept.popId();
        PopId target = there ? kept.popId() : conditions.homebase();
        long epoch = conditions.nextEpoch();
        String id = kept.appId() + "-" + kept.popId() + "-" + epoch;
        Migration begun = new Migration(
                id,
                kept.appId(),
                source,
                target,
                epoch,
                State.TRIGGERED,
                kept.failures() + 1,
                List.of(step(State.TRIGGERED, reason)));
        tell(begun, there ? startBy() : FOREVER);
    }

    private Instant startBy() {
        return now.plus(conditions.startupDeadline()).plus(conditions.timing().startMargin());
    }

    private Instant drainBy() {
        return now.plus(policy.drainTimeout()).plus(conditions.timing().drainMargin());
    }

    private boolean acknowledged() {
        return kept.migrating()
                && share.report().epoch() >= kept.migration().orElseThrow().epoch();
    }

    private void advance() {
        boolean there = kept.migration().orElseThrow().target().equals(kept.popId());
        if (acknowledged()) {
            // As far as it goes: a report may show several states at once, and each of them is told.
            State before;
            do {
                before = state();
                if (there) {
                    advanceThere();
                } else {
                    advanceBack();
                }
            } while (kept.migrating() && state() != before);
        }
        if (kept.migrating() && conditions.site().reachable() && Times.reached(kept.deadline(), now)) {
            overdue(there);
        }
    }

    private State state() {
        return kept.migration().orElseThrow().state();
    }

    private void advanceThere() {
        SiteReport report = share.report();
        if (state() == State.TRIGGERED) {
            enter(State.INSTANTIATING, kept.popId() + " has taken it", startBy());
        } else if (report.ready() == 0
                && report.starting() == 0
                && !report.condition().isEmpty()) {
            fail(report.condition());
        } else if (state() == State.INSTANTIATING && report.ready() > 0) {
            enter(State.SWITCHING, report.ready() + " ready at " + kept.popId(), drainBy());
        } else if (state() == State.SWITCHING && (report.connections() > 0 || report.relayed() == 0)) {
            enter(
                    State.DRAINING,
                    report.connections() + " connections at " + kept.popId() + ", " + report.relayed()
                            + " still relayed",
                    kept.deadline());
        } else if (state() == State.DRAINING && report.relayed() == 0) {
            complete("no connection is relayed any more");
        }
    }

    private void advanceBack() {
        SiteReport report = share.report();
        switch (state()) {
            case TRIGGERED ->
                enter(State.INSTANTIATING, conditions.homebase() + " holds what comes until it is ready", FOREVER);
            case INSTANTIATING -> enter(State.SWITCHING, kept.popId() + " relays", drainBy());
            case SWITCHING ->
                enter(State.DRAINING, report.connections() + " connections go on at " + kept.popId(), kept.deadline());
            case DRAINING -> {
                if (report.connections() == 0 && report.ready() + report.starting() == 0) {
                    complete("nothing is left at " + kept.popId());
                }
            }
            default -> {
                // Over.
            }
        }
    }

    private void overdue(boolean there) {
        switch (state()) {
            case TRIGGERED, INSTANTIATING -> {
                if (there) {
                    fail("no instance ready at " + kept.popId() + " by " + kept.deadline());
                }
            }
            default -> {
                if (there && share.report().ready() == 0) {
                    fail("no instance ready at " + kept.popId() + " when the drain was over");
                } else {
                    complete("the drain is over");
                }
            }
        }
    }

    private void complete(String reason) {
        if (state() == State.SWITCHING) {
            enter(State.DRAINING, reason, kept.deadline());
        }
        enter(State.COMPLETED, reason, FOREVER);
        kept = kept.failed(0, NEVER);
    }

    /** The relay takes over again; it has been there all the time. */
    private void fail(String why) {
        enter(State.FAILED, why, FOREVER);
        int failures = kept.failures() + 1;
        Instant retryAt = now.plus(conditions.timing().backOff(failures));
        kept = kept.failed(failures, retryAt);
        assign(Role.RELAY, Reasons.failed(why, retryAt));
    }

    private void enter(State state, String reason, Instant deadline) {
        Migration before = kept.migration().orElseThrow();
        List<Migration.Step> history = new ArrayList<>(before.history());
        history.add(step(state, reason));
        tell(
                new Migration(
                        before.migrationId(),
                        before.appId(),
                        before.source(),
                        before.target(),
                        before.epoch(),
                        state,
                        before.attempt(),
                        history),
                deadline);
    }

    private Migration.Step step(State state, String reason) {
        return new Migration.Step(state, now, reason);
    }

    private void tell(Migration migration, Instant deadline) {
        kept = kept.migrating(Optional.of(migration), deadline);
        if (told.isEmpty()) {
            told = new ArrayList<>();
        }
        told.add(migration);
    }

    private Instant wakeAt(Verdict verdict) {
        Instant at = verdict.wakeAt();
        if (kept.migrating() && conditions.site().reachable()) {
            at = Times.earlier(at, kept.deadline());
        }
        if (backingOff() && kept.retryAt().isAfter(now)) {
            at = Times.earlier(at, kept.retryAt());
        }
        return at;
    }
}
