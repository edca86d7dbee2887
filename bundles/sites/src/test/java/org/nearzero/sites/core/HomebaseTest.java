package org.nearzero.sites.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.sites.core.Given.HOME;
import static org.nearzero.sites.core.Given.SHOP;
import static org.nearzero.sites.core.Given.noonPlus;
import static org.nearzero.sites.core.Given.pop;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Assignment.Role;
import org.nearzero.api.sites.SiteReport;

class HomebaseTest {
    private final Members members = new Members();
    private final Recorded out = new Recorded();
    private final Homebase homebase = new Homebase(
            new HomebaseRecord(SHOP, Optional.empty(), 0, 0, Duration.ZERO),
            HOME,
            members,
            Timing.DEFAULT,
            Integer.MAX_VALUE);
    private long sequence;

    @BeforeEach
    void fiveSites() {
        for (int i = 1; i <= 5; i++) {
            members.merge(Given.member(i, 1));
            members.reached(pop(i), true);
        }
        most(2, 0);
    }

    private void most(int sites, long seconds) {
        homebase.apply(
                Given.application("1", Optional.of(Given.policy(sites, OnHomebaseLost.KEEP))),
                0,
                noonPlus(seconds),
                out);
    }

    private void report(int site, long epoch, int sessions, long seconds) {
        homebase.report(
                1,
                new SiteReport(pop(site), SHOP, epoch, ++sequence, sessions, sessions, 0, 0, 0, 0, ""),
                noonPlus(seconds),
                out);
    }

    private List<PopId> serving() {
        return serving(homebase);
    }

    private static List<PopId> serving(Homebase homebase) {
        return homebase.assignments().stream()
                .filter(a -> a.role() == Role.SERVE)
                .map(Assignment::popId)
                .toList();
    }

    private long epochOf(int site) {
        return homebase.assignments().stream()
                .filter(a -> a.popId().equals(pop(site)))
                .mapToLong(Assignment::epoch)
                .findFirst()
                .orElse(0);
    }

    @Test
    void thoseWhoCrossedFirstServeHoweverLateItIsNoticed() {
        report(4, 0, 20, 1);
        report(3, 0, 20, 2);
        report(2, 0, 20, 3);
        homebase.wake(noonPlus(100), out);
        assertEquals(List.of(pop(3), pop(4)), serving());
    }

    @Test
    void atTheSameInstantTheLowerNameComesFirst() {
        report(4, 0, 20, 1);
        report(3, 0, 20, 1);
        report(2, 0, 20, 1);
        homebase.wake(noonPlus(11), out);
        assertEquals(List.of(pop(2), pop(3)), serving());
    }

    @Test
    void aPlaceThatBecomesFreeGoesToTheNextInLine() {
        report(5, 0, 20, 1);
        report(4, 0, 20, 2);
        report(3, 0, 20, 4);
        report(2, 0, 20, 3);
        homebase.wake(noonPlus(30), out);
        assertEquals(List.of(pop(4), pop(5)), serving());
        report(5, epochOf(5), 0, 31);
        homebase.wake(noonPlus(100), out);
        assertEquals(List.of(pop(4)), serving(), "not before pop-5 has seen that its time is over");
        report(5, epochOf(5), 0, 101);
        assertEquals(List.of(pop(2), pop(4)), serving());
    }

    @Test
    void whoLeavesTheLineGetsNoPlace() {
        report(5, 0, 20, 1);
        report(4, 0, 20, 2);
        report(3, 0, 20, 4);
        report(2, 0, 20, 3);
        homebase.wake(noonPlus(30), out);
        report(2, 0, 5, 40);
        report(5, epochOf(5), 0, 41);
        homebase.wake(noonPlus(100), out);
        report(5, epochOf(5), 0, 101);
        assertEquals(List.of(pop(3), pop(4)), serving());
    }

    @Test
    void whenFewerMayServeTheLastToComeGoFirst() {
        report(5, 0, 20, 1);
        report(4, 0, 20, 2);
        homebase.wake(noonPlus(11), out);
        homebase.wake(noonPlus(12), out);
        most(1, 13);
        assertEquals(List.of(pop(5)), serving());
        assertEquals(
                "relay: maxServingPops 1 serve already",
                homebase.assignments().get(0).reason());
    }

    @Test
    void whenTheOperatorAllowsFewerTheLastToComeGoFirstAndComeBackWhenHeAllowsMore() {
        report(5, 0, 20, 1);
        report(4, 0, 20, 2);
        homebase.wake(noonPlus(11), out);
        homebase.wake(noonPlus(12), out);

        homebase.operatorAllows(1, noonPlus(13), out);

        assertEquals(List.of(pop(5)), serving());
        assertEquals(
                "relay: operator allows 1 serving PoP, maxServingPops is 2",
                homebase.assignments().get(0).reason());
        homebase.wake(noonPlus(100), out);
        assertEquals(List.of(pop(5)), serving());

        report(4, epochOf(4), 20, 101);
        homebase.operatorAllows(7, noonPlus(101), out);

        assertEquals(List.of(pop(4), pop(5)), serving());
        homebase.operatorAllows(0, noonPlus(102), out);
        assertEquals(List.of(), serving());
    }

    @Test
    void whoWaitsForAPlaceIsToldWhoseBoundItIs() {
        homebase.operatorAllows(1, noonPlus(0), out);
        report(5, 0, 20, 1);
        report(4, 0, 20, 2);
        homebase.wake(noonPlus(30), out);

        assertEquals(List.of(pop(5)), serving());
        assertEquals(
                List.of(
                        "relay: operator allows 1 serving PoP, maxServingPops is 2",
                        "serve at pop-5: 20 sessions >= 10 for 10s"),
                homebase.deployment().assignments().stream()
                        .map(Assignment::reason)
                        .toList());

        most(1, 31);

        assertEquals(
                "relay: maxServingPops 1 serve already",
                homebase.deployment().assignments().get(0).reason());
    }

    @Test
    void whatTheOperatorHasLoweredWhileItWasAwayHoldsFromItsStartOn() {
        report(5, 0, 20, 1);
        report(4, 0, 20, 2);
        homebase.wake(noonPlus(11), out);
        homebase.wake(noonPlus(12), out);
        assertEquals(List.of(pop(4), pop(5)), serving());

        Homebase again = new Homebase(homebase.kept(), HOME, members, Timing.DEFAULT, 1);
        out.kept.stream()
                .filter(ShareRecord.class::isInstance)
                .forEach(share -> again.restore((ShareRecord) share, noonPlus(40)));
        again.resume(noonPlus(40), out);

        assertEquals(List.of(pop(5)), serving(again));
    }

    @Test
    void epochsRiseWithEachAssignmentAndAreWrittenBeforeTheShare() {
        report(5, 0, 20, 1);
        report(4, 0, 20, 2);
        homebase.wake(noonPlus(30), out);
        assertEquals(
                List.of(2L, 3L), out.assigned.stream().map(Assignment::epoch).toList());
        assertEquals(3, homebase.kept().highestEpoch());
        assertEquals(homebase.kept(), out.kept.get(out.kept.size() - 2));
    }

    @Test
    void epochsGoOnAfterTheApplicationWasTakenBack() {
        report(5, 0, 20, 1);
        homebase.wake(noonPlus(30), out);
        homebase.delete(Duration.ZERO, out);
        assertTrue(out.assigned.isEmpty());
        most(2, 31);
        assertEquals(3, homebase.kept().offerEpoch());
    }

    @Test
    void aSiteThatActsOnAnEpochNobodyHandedOutIsOutgrown() {
        report(5, 70, 20, 1);
        assertEquals(71, homebase.kept().offerEpoch());
        homebase.wake(noonPlus(30), out);
        assertEquals(72, epochOf(5));
    }

    @Test
    void aSiteWithNobodyThereCostsNothing() {
        report(5, 0, 0, 1);
        assertEquals(List.of(), homebase.deployment().reports());
        assertEquals(Times.FOREVER, homebase.wakeAt());
    }

    @Test
    void newThresholdsAreCountedFromNow() {
        report(5, 0, 20, 0);
        homebase.apply(
                Given.application(
                        "2",
                        Optional.of(new MigrationPolicy(
                                15,
                                Duration.ofSeconds(10),
                                3,
                                Duration.ZERO,
                                Set.of(),
                                1,
                                Duration.ZERO,
                                OnHomebaseLost.KEEP))),
                0,
                noonPlus(9),
                out);
        homebase.wake(noonPlus(10), out);
        assertEquals(List.of(), serving());
        assertEquals(noonPlus(19), homebase.wakeAt());
    }
}
