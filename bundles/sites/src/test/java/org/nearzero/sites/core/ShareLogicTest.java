package org.nearzero.sites.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.sites.core.Given.EDGE;
import static org.nearzero.sites.core.Given.HOME;
import static org.nearzero.sites.core.Given.NOON;
import static org.nearzero.sites.core.Given.SHOP;
import static org.nearzero.sites.core.Given.noonPlus;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.sites.Assignment.Role;
import org.nearzero.api.sites.Migration;
import org.nearzero.api.sites.Migration.State;
import org.nearzero.api.sites.PointOfPresence.Availability;
import org.nearzero.api.sites.SiteReport;
import org.nearzero.sites.core.Bounds.Place;

class ShareLogicTest {
    private static final Duration STARTUP = Duration.ofSeconds(60);

    private Share share = Share.of(ShareRecord.relaying(SHOP, EDGE), NOON);
    private Standing site = Given.active();
    private Place place = Place.FREE;
    private Optional<MigrationPolicy> policy = Optional.of(Given.policy());
    private long highest = 1;
    private long sequence;
    private Transition last;
    private final List<State> told = new ArrayList<>();

    private Transition on(ShareEvent event, long seconds) {
        return on(event, noonPlus(seconds));
    }

    private Transition on(ShareEvent event, Instant at) {
        last = ShareLogic.on(
                share,
                event,
                new Conditions(HOME, policy, STARTUP, site, place, Integer.MAX_VALUE, highest + 1, Timing.DEFAULT),
                at);
        share = last.share();
        highest =
                Math.max(highest, share.kept().assignment().map(a -> a.epoch()).orElse(0L));
        last.told().forEach(migration -> told.add(migration.state()));
        return last;
    }

    private Transition report(long epoch, int sessions, int connections, int relayed, int ready, long seconds) {
        SiteReport report = Given.report(epoch, ++sequence, sessions, connections, relayed, ready);
        return on(new ShareEvent.Reported(1, report), seconds);
    }

    private void condition(long epoch, String condition, long seconds) {
        on(
                new ShareEvent.Reported(
                        1, new SiteReport(EDGE, SHOP, epoch, ++sequence, 14, 14, 0, 14, 0, 0, condition)),
                seconds);
    }

    /** Assigned to serve at 10 s, with epoch 2. */
    private void triggered() {
        report(0, 14, 0, 14, 0, 0);
        on(ShareEvent.ASSESS, 10);
    }

    /** All the way there at 20 s. */
    private void serving() {
        triggered();
        report(2, 14, 14, 0, 1, 20);
        told.clear();
    }

    private Migration migration() {
        return share.kept().migration().orElseThrow();
    }

    @Test
    void goesThereStateByState() {
        triggered();
        assertEquals(Role.SERVE, share.kept().role());
        assertEquals(2, share.kept().assignment().orElseThrow().epoch());
        report(2, 14, 0, 14, 0, 12);
        report(2, 14, 0, 14, 1, 15);
        report(2, 14, 2, 12, 1, 16);
        report(2, 14, 14, 0, 1, 30);
        assertEquals(
                List.of(State.TRIGGERED, State.INSTANTIATING, State.SWITCHING, State.DRAINING, State.COMPLETED), told);
        assertEquals(HOME, migration().source());
        assertEquals(EDGE, migration().target());
        assertEquals(noonPlus(15), migration().history().get(2).at());
        assertEquals("1 ready at pop-2", migration().history().get(2).reason());
    }

    @Test
    void tellsEachStateEvenIfOneReportShowsThemAll() {
        triggered();
        report(2, 14, 14, 0, 1, 20);
        assertEquals(List.of(State.values()).subList(0, 5), told);
    }

    @Test
    void isDrainedAtTheDrainLimitAtTheLatest() {
        triggered();
        report(2, 14, 2, 12, 1, 20);
        assertEquals(State.DRAINING, migration().state());
        assertEquals(noonPlus(20 + 60 + 10), last.wakeAt());
        on(ShareEvent.ASSESS, 90);
        assertEquals(State.COMPLETED, migration().state());
    }

    @Test
    void aReportOfAnEarlierEpochIsNoAnswer() {
        triggered();
        report(1, 14, 14, 0, 1, 20);
        assertEquals(List.of(State.TRIGGERED), told);
    }

    @Test
    void aLateOrRepeatedReportDoesNothing() {
        triggered();
        report(2, 14, 0, 14, 0, 12);
        Share before = share;
        Transition late = on(new ShareEvent.Reported(1, Given.report(2, sequence - 1, 0, 5, 0, 1)), 13);
        assertSame(before, late.share());
        Transition repeated = on(new ShareEvent.Reported(1, Given.report(2, sequence, 0, 5, 0, 1)), 14);
        assertSame(before, repeated.share());
    }

    @Test
    void aSiteThatHasStartedAnewCountsItsReportsAnew() {
        report(0, 14, 0, 14, 0, 0);
        sequence = 50;
        report(0, 14, 0, 14, 0, 1);
        on(new ShareEvent.Reported(2, Given.report(0, 1, 2, 0, 2, 0)), 2);
        assertEquals(2, share.levels().sessions());
        on(new ShareEvent.Reported(1, Given.report(0, 51, 14, 0, 14, 0)), 3);
        assertEquals(2, share.levels().sessions(), "its life before is over");
    }

    @Test
    void goesBackStateByState() {
        serving();
        report(2, 2, 2, 0, 1, 30);
        on(ShareEvent.ASSESS, 69);
        assertTrue(told.isEmpty(), "cooldown");
        assertEquals(noonPlus(70), last.wakeAt());
        on(ShareEvent.ASSESS, 70);
        assertEquals(Role.RELAY, share.kept().role());
        assertEquals(EDGE, migration().source());
        assertEquals(HOME, migration().target());
        report(3, 2, 2, 0, 1, 71);
        assertEquals(List.of(State.TRIGGERED, State.INSTANTIATING, State.SWITCHING, State.DRAINING), told);
        report(3, 2, 0, 2, 1, 72);
        assertEquals(State.DRAINING, migration().state(), "an instance is left");
        report(3, 2, 0, 2, 0, 73);
        assertEquals(State.COMPLETED, migration().state());
    }

    @Test
    void keepsItsPlaceUntilTheSiteHasSeenThatItIsOver() {
        serving();
        site = Given.standing(Availability.DRAINING, true);
        on(ShareEvent.ASSESS, 21);
        assertEquals(Role.RELAY, share.kept().role());
        assertTrue(share.kept().takesPlace());
        report(3, 14, 14, 0, 1, 22);
        assertFalse(share.kept().takesPlace());
    }

    @Test
    void aConditionMakesItFailAtOnceAndTheRelayStays() {
        triggered();
        condition(2, "image acme/shop:1 not found", 12);
        assertEquals(State.FAILED, migration().state());
        assertEquals(Role.RELAY, share.kept().role());
        assertEquals(3, share.kept().assignment().orElseThrow().epoch());
        assertEquals(
                "relay: image acme/shop:1 not found; next attempt at 2026-01-01T12:00:22Z",
                share.kept().assignment().orElseThrow().reason());
        assertEquals(Role.SERVE, share.kept().wanted());
        assertEquals(noonPlus(22), last.wakeAt());
    }

    @Test
    void isTriedAgainAfterABackOffThatDoubles() {
        triggered();
        condition(2, "no", 12);
        on(ShareEvent.ASSESS, 21);
        assertEquals(State.FAILED, migration().state());
        on(ShareEvent.ASSESS, 22);
        assertEquals(State.TRIGGERED, migration().state());
        assertEquals(2, migration().attempt());
        assertEquals(4, migration().epoch());
        condition(4, "no", 24);
        assertEquals(noonPlus(24 + 20), last.wakeAt());
        assertEquals(Duration.ofMinutes(10), Timing.DEFAULT.backOff(40));
    }

    @Test
    void isNotTriedAgainWhenTheUsersHaveLeft() {
        triggered();
        condition(2, "no", 12);
        report(3, 0, 0, 0, 0, 13);
        site = Given.standing(Availability.ACTIVE, false);
        on(ShareEvent.ASSESS, 22);
        assertEquals(State.FAILED, migration().state(), "not while it is not reached");
        site = Given.active();
        place = Place.TAKEN;
        assertTrue(on(ShareEvent.ASSESS, 23).waits());
        on(ShareEvent.ASSESS, 70);
        place = Place.FREE;
        on(ShareEvent.ASSESS, 71);
        assertEquals(Role.RELAY, share.kept().wanted());
        assertEquals(State.FAILED, migration().state());
    }

    @Test
    void failsWhenNoneIsReadyByTheDeadlineWhichRunsAnewFromTheFirstStart() {
        triggered();
        report(2, 14, 0, 14, 0, 12);
        on(new ShareEvent.Reported(1, new SiteReport(EDGE, SHOP, 2, ++sequence, 14, 14, 0, 14, 0, 1, "")), 100);
        assertEquals(noonPlus(100 + 60 + 120), last.wakeAt());
        on(ShareEvent.ASSESS, 280);
        assertEquals(State.FAILED, migration().state());
    }

    @Test
    void noDeadlinePassesWhileTheSiteIsNotReached() {
        triggered();
        report(2, 14, 0, 14, 0, 12);
        site = Given.standing(Availability.ACTIVE, false);
        on(ShareEvent.ASSESS, 5000);
        assertEquals(State.INSTANTIATING, migration().state());
        assertEquals(Times.FOREVER, last.wakeAt());
        site = Given.active();
        on(new ShareEvent.Reached(), 5001);
        assertEquals(State.INSTANTIATING, migration().state());
        assertEquals(noonPlus(5001 + 120), last.wakeAt());
    }

    @Test
    void oneThatIsOvertakenIsSuperseded() {
        triggered();
        report(2, 14, 0, 14, 0, 12);
        told.clear();
        site = Given.standing(Availability.DRAINING, true);
        Transition drained = on(ShareEvent.ASSESS, 13);
        assertEquals(List.of(State.FAILED, State.TRIGGERED), told);
        List<Migration.Step> steps = drained.told().get(0).history();
        assertEquals(
                "superseded: relay: the operator drains pop-2",
                steps.get(steps.size() - 1).reason());
        assertEquals(HOME, migration().target());
        report(3, 14, 0, 14, 0, 14);
        assertEquals(State.COMPLETED, migration().state());
    }

    @Test
    void aPolicyWithoutMigrationBringsItBackAtOnce() {
        serving();
        policy = Optional.empty();
        on(new ShareEvent.NewPolicy(), 21);
        assertEquals(Role.RELAY, share.kept().role());
        assertEquals(
                "relay: its policy knows no migration",
                share.kept().assignment().orElseThrow().reason());
    }

    @Test
    void aReportThatChangesNothingNeedsNoWriting() {
        serving();
        ShareRecord before = share.kept();
        report(2, 15, 15, 0, 1, 30);
        assertSame(before, share.kept());
    }
}
