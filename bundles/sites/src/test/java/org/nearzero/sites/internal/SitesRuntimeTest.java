package org.nearzero.sites.internal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Problem;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Deployment;
import org.nearzero.api.sites.Migration;
import org.nearzero.api.sites.PointOfPresence;
import org.nearzero.api.sites.PointOfPresence.Availability;

/** Three sites on real sockets, each with its certificate. */
class SitesRuntimeTest {
    private static final AppId SHOP = new AppId("shop");

    private final TestSite hub = new TestSite("hub");
    private final TestSite east = new TestSite("east");
    private final TestSite west = new TestSite("west");
    private final List<TestSite> all = List.of(hub, east, west);

    @BeforeEach
    void start() {
        hub.start();
        // They know of the hub alone, one by its name and one by the DNS, and learn of each other.
        east.with(settings -> settings.withPeers(List.of(hub.address()))).start();
        PeerAddress byName =
                new PeerAddress.Dns("localhost", hub.door.endpoint().port());
        west.with(settings -> settings.withPeers(List.of(byName))).start();
        until(() -> all.forEach(site -> assertEquals(List.of("east", "hub", "west"), reachable(site))));
    }

    @AfterEach
    void stop() {
        all.forEach(TestSite::close);
    }

    private static void until(org.awaitility.core.ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(assertion);
    }

    private static List<String> reachable(TestSite site) {
        return site.sites().pops().stream()
                .filter(PointOfPresence::reachable)
                .map(pop -> pop.popId().value())
                .toList();
    }

    private static Deployment apply(TestSite site, Application application) {
        return site.sites()
                .apply(application)
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private static Throwable failure(java.util.concurrent.CompletionStage<?> stage) {
        return assertThrows(CompletionException.class, () -> stage.toCompletableFuture()
                        .orTimeout(60, TimeUnit.SECONDS)
                        .join())
                .getCause();
    }

    private void awaitRelay(AppId appId, TestSite... sites) {
        until(() -> {
            for (TestSite site : sites) {
                assertEquals("Relay", part(site, appId), site.popId.value());
            }
        });
    }

    private static String part(TestSite site, AppId appId) {
        return site.placement(appId)
                .map(placement -> placement.getClass().getSimpleName())
                .orElse("none");
    }

    @Test
    void anApplicationIsRelayedByEverySiteButItsHomebase() {
        Deployment deployment = apply(hub, Applications.moving("shop"));

        assertEquals(hub.popId, deployment.homebase());
        awaitRelay(SHOP, east, west);
        assertEquals(Optional.of(Placement.HOMEBASE), hub.placement(SHOP));
        Placement.Relay relay = (Placement.Relay) east.placement(SHOP).orElseThrow();
        assertEquals(hub.popId, relay.homebase());
        assertEquals(List.of(hub.door.endpoint()), relay.doors());
        assertEquals(hub.popId, west.sites().deployment(SHOP).orElseThrow().homebase());
    }

    @Test
    void anApplicationFollowsItsUsersToASiteAndComesBack() {
        List<Migration.State> states = new CopyOnWriteArrayList<>();
        hub.sites().watch(migration -> states.add(migration.state()));
        apply(hub, Applications.moving("shop"));
        awaitRelay(SHOP, east, west);

        east.ingress.sessions(SHOP, 3);

        until(() -> assertEquals("Serve", part(east, SHOP)));
        assertEquals("Relay", part(west, SHOP));
        until(() -> assertTrue(states.contains(Migration.State.COMPLETED), states.toString()));

        east.ingress.sessions(SHOP, 1);

        awaitRelay(SHOP, east);
        until(() -> assertEquals(
                2, states.stream().filter(Migration.State.COMPLETED::equals).count(), states.toString()));
        assertEquals(Optional.of(Placement.HOMEBASE), hub.placement(SHOP));
    }

    @Test
    void theOperatorsPolicyBoundsWhereItIsServedAtItsStartAndWhenItChanges() {
        hub.policies.allow(1);
        hub.kill();
        hub.start();
        apply(hub, Applications.moving("shop"));
        awaitRelay(SHOP, east, west);
        east.ingress.sessions(SHOP, 3);
        until(() -> assertEquals("Serve", part(east, SHOP)));

        west.ingress.sessions(SHOP, 3);

        until(() -> assertEquals("relay: operator allows 1 serving PoP, maxServingPops is 10", reason(west)));
        assertEquals("Relay", part(west, SHOP));

        hub.policies.allow(2);
        until(() -> assertEquals("Serve", part(west, SHOP)));

        hub.policies.allow(0);
        awaitRelay(SHOP, east, west);
        assertEquals("relay: operator allows 0 serving PoPs, maxServingPops is 10", reason(east));
    }

    /** Why a site does what it does, as its homebase tells. */
    private String reason(TestSite site) {
        return hub.sites().deployment(SHOP).orElseThrow().assignments().stream()
                .filter(assignment -> assignment.popId().equals(site.popId))
                .map(Assignment::reason)
                .findFirst()
                .orElse("");
    }

    @Test
    void whatDrainsStillIsNotTakenForWhatIsToServe() {
        List<Migration.State> states = new CopyOnWriteArrayList<>();
        hub.sites().watch(migration -> states.add(migration.state()));
        apply(hub, Applications.moving("shop"));
        awaitRelay(SHOP, east);
        east.orchestrator.draining(1);
        east.orchestrator.refuse(Optional.of(
                new RefusedException(RefusedException.Code.FAILED_PRECONDITION, "app=shop: no image here")));

        east.ingress.sessions(SHOP, 3);

        until(() -> assertTrue(states.contains(Migration.State.FAILED), states.toString()));
        assertEquals(
                List.of(Migration.State.TRIGGERED, Migration.State.INSTANTIATING, Migration.State.FAILED),
                states.subList(0, 3));
    }

    @Test
    void aNewVersionReachesTheSites() {
        apply(hub, Applications.moving("shop"));
        awaitRelay(SHOP, east);

        Application next = Applications.moving("shop", OnHomebaseLost.START);
        apply(hub, next);

        until(() ->
                assertEquals(next, east.orchestrator.status(SHOP).orElseThrow().application()));
    }

    @Test
    void anApplicationThatWasTakenBackIsGoneEverywhere() {
        apply(hub, Applications.moving("shop"));
        awaitRelay(SHOP, east, west);

        east.sites().delete(SHOP, Duration.ZERO).toCompletableFuture().join();

        until(() -> all.forEach(site -> assertEquals("none", part(site, SHOP), site.popId.value())));
        until(() ->
                all.forEach(site -> assertEquals(Optional.empty(), site.sites().deployment(SHOP))));
    }

    @Test
    void nobodyTakesBackWhatNobodyHas() {
        RefusedException refused = (RefusedException) failure(hub.sites().delete(SHOP, Duration.ZERO));
        assertEquals(RefusedException.Code.NOT_FOUND, refused.code());
    }

    @Test
    void theZoneThatTheDeveloperNamesIsTheHomebases() {
        Deployment deployment = apply(hub, Applications.in("zone-west", "shop"));

        assertEquals(west.popId, deployment.homebase());
        assertEquals(Optional.of(Placement.HOMEBASE), west.placement(SHOP));
        awaitRelay(SHOP, hub, east);
    }

    @Test
    void theOperatorsRuleChoosesTheHomebase() {
        hub.sites().addRule((application, at, candidates) -> Optional.empty(), 2);
        hub.sites().addRule((application, at, candidates) -> Optional.of(east.popId), 1);
        hub.sites().addRule((application, at, candidates) -> Optional.of(west.popId), 0);

        assertEquals(east.popId, apply(hub, Applications.moving("shop")).homebase());
    }

    @Test
    void aRuleThatThrowsOrNamesNobodyIsPassedOver() {
        hub.sites()
                .addRule(
                        (application, at, candidates) -> {
                            throw new IllegalStateException("a bug");
                        },
                        2);
        hub.sites().addRule((application, at, candidates) -> Optional.of(new PopId("nowhere")), 1);

        assertEquals(hub.popId, apply(hub, Applications.moving("shop")).homebase());
    }

    @Test
    void aNewVersionMayBeHandedOverAtAnySite() {
        apply(hub, Applications.moving("shop"));
        awaitRelay(SHOP, east);

        Deployment deployment = apply(east, Applications.moving("shop", OnHomebaseLost.START));

        assertEquals(hub.popId, deployment.homebase());
        assertEquals(
                Applications.moving("shop", OnHomebaseLost.START),
                hub.orchestrator.status(SHOP).orElseThrow().application());
    }

    @Test
    void whatTheHomebaseRefusesIsRefusedInTheSameWordsElsewhere() {
        RefusedException why =
                new RefusedException(RefusedException.Code.PERMISSION_DENIED, "app=shop: not allowed here");
        west.orchestrator.refuse(Optional.of(why));

        RefusedException refused = (RefusedException) failure(hub.sites().apply(Applications.in("zone-west", "shop")));

        assertEquals(why.code(), refused.code());
        assertEquals(why.getMessage(), refused.getMessage());
        assertEquals(Optional.empty(), west.sites().deployment(SHOP));
        assertTrue(west.store.read("homebases").isEmpty());
    }

    @Test
    void whatIsInvalidAtTheHomebaseComesBackWithEveryProblem() {
        List<Problem> problems = List.of(new Problem("a", "1", "2"), new Problem("b", "", "3"));
        west.orchestrator.refuse(Optional.of(new InvalidInputException(problems)));

        InvalidInputException refused =
                (InvalidInputException) failure(hub.sites().apply(Applications.in("zone-west", "shop")));

        assertEquals(problems, refused.problems());
    }

    @Test
    void aRefusedVersionLeavesTheOneBefore() {
        Application first = Applications.moving("shop");
        apply(hub, first);
        hub.orchestrator.refuse(Optional.of(new RefusedException(RefusedException.Code.PERMISSION_DENIED, "no")));

        failure(hub.sites().apply(Applications.moving("shop", OnHomebaseLost.START)));

        assertEquals(first, hub.sites().deployment(SHOP).orElseThrow().application());
    }

    @Test
    void aHomebaseThatWasKilledResumesFromItsStore() {
        apply(hub, Applications.moving("shop"));
        awaitRelay(SHOP, east, west);
        east.ingress.sessions(SHOP, 3);
        until(() -> assertEquals("Serve", part(east, SHOP)));

        hub.kill();
        until(() -> assertTrue(!reachable(east).contains("hub"), "still reachable"));
        assertEquals("Serve", part(east, SHOP));
        hub.start();

        until(() -> all.forEach(site -> assertEquals(List.of("east", "hub", "west"), reachable(site))));
        Deployment deployment = hub.sites().deployment(SHOP).orElseThrow();
        assertEquals(Applications.moving("shop"), deployment.application());
        assertEquals("Serve", part(east, SHOP));
        // And it still decides: the way back works on what it remembers.
        east.ingress.sessions(SHOP, 0);
        awaitRelay(SHOP, east);
    }

    @Test
    void aSiteThatWasKilledGoesOnWithWhatItWasTold() {
        apply(hub, Applications.moving("shop"));
        awaitRelay(SHOP, east, west);
        east.ingress.sessions(SHOP, 3);
        until(() -> assertEquals("Serve", part(east, SHOP)));

        east.kill();
        hub.kill(); // nobody there whom it could ask
        east.orchestrator.delete(SHOP, Duration.ZERO);
        east.start();

        until(() -> assertEquals("Serve", part(east, SHOP)));
    }

    @Test
    void aSiteThatIsCutOffStartsWhatItRelayedIfThePolicyLetsIt() {
        apply(hub, Applications.moving("shop", OnHomebaseLost.START));
        apply(hub, Applications.moving("blog", OnHomebaseLost.KEEP));
        AppId blog = new AppId("blog");
        awaitRelay(SHOP, east, west);
        awaitRelay(blog, east, west);

        cut(hub, east);

        until(() -> assertEquals("Serve", part(east, SHOP)));
        assertEquals("Relay", part(east, blog));
        assertEquals("Relay", part(west, SHOP));

        heal(hub, east);

        awaitRelay(SHOP, east);
    }

    private static void cut(TestSite one, TestSite other) {
        one.door.refuse(other.popId);
        other.door.refuse(one.popId);
    }

    private static void heal(TestSite one, TestSite other) {
        one.door.admit(other.popId);
        other.door.admit(one.popId);
    }

    @Test
    void aStoreThatFailsChangesNothing() {
        hub.store.full(true);

        RefusedException refused = (RefusedException) failure(hub.sites().apply(Applications.moving("shop")));

        assertEquals(RefusedException.Code.UNAVAILABLE, refused.code());
        assertTrue(refused.getMessage().contains("no space left"), refused.getMessage());
        hub.store.full(false);
        until(() -> assertEquals("none", part(hub, SHOP)));
        until(() -> apply(hub, Applications.moving("shop")));
        awaitRelay(SHOP, east, west);
    }

    @Test
    void aSiteThatIsDrainedIsLeft() {
        apply(hub, Applications.moving("shop"));
        awaitRelay(SHOP, east, west);
        east.ingress.sessions(SHOP, 3);
        until(() -> assertEquals("Serve", part(east, SHOP)));

        west.sites()
                .setAvailability(east.popId, Availability.DRAINING)
                .toCompletableFuture()
                .join();

        awaitRelay(SHOP, east);
    }

    @Test
    void nothingIsSaidOfASiteThatNobodyKnows() {
        RefusedException refused =
                (RefusedException) failure(hub.sites().setAvailability(new PopId("nowhere"), Availability.DRAINING));
        assertEquals(RefusedException.Code.NOT_FOUND, refused.code());
    }

    @Test
    void whatASiteCannotServeIsToldToTheHomebase() {
        apply(hub, Applications.moving("shop"));
        awaitRelay(SHOP, east, west);
        east.orchestrator.refuse(
                Optional.of(new RefusedException(RefusedException.Code.FAILED_PRECONDITION, "no driver for it")));

        east.ingress.sessions(SHOP, 3);

        until(() -> assertEquals("no driver for it", condition()));
        assertEquals("Relay", part(east, SHOP));
        // The homebase gives it up for now, and then nothing is wrong with the relay.
        until(() -> assertEquals("", condition()));
    }

    private String condition() {
        return hub.sites().deployment(SHOP).orElseThrow().reports().stream()
                .filter(report -> report.popId().equals(east.popId))
                .map(report -> report.condition())
                .findFirst()
                .orElse("");
    }
}
