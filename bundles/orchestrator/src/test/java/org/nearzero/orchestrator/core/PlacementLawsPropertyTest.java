package org.nearzero.orchestrator.core;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.orchestrator.testing.TestApps;

/**
 * The laws of the house at a point of presence whose part changes at any time, under random events in virtual time. Those that
 * hold always are checked by {@link SimulatedSite} and {@link SiteLaws}, those that hold in the end are checked here.
 */
class PlacementLawsPropertyTest {
    private static final int UNLIMITED = 1_000;
    private static final Duration NOTICED = Duration.ofSeconds(1);

    @Property(tries = 150)
    void whereUsersAreToBeServedTheyAreAndInTheEndNothingIsLeft(@ForAll long seed) {
        SimulatedSite site = lived(seed, UNLIMITED);
        site.sessions(2);
        site.place(TestApps.SERVE);
        site.pass(Duration.ofMinutes(5));
        site.check(site.count(Instance::open) > 0, "no instance is ready in the end");
        site.check(site.laws.isServedHere(), "what is ready takes nothing");
        site.connect(1);
        site.pass(TestApps.DRAIN.plus(NOTICED));
        site.check(site.ingress.relayed("shop") == 0, "some are relayed for ever");
        goAway(site);
        site.check(site.count(i -> true) > 0, "the sessions that are left count for nothing");
        site.sessions(0);
        site.pass(TestApps.DELAY.plus(NOTICED));
        site.check(site.count(Instance::live) == 0, "instances outlive the last session");
        site.pass(Duration.ofMinutes(1));
        site.sweep();
        site.pass(Duration.ofMinutes(1));
        site.check(site.engine.isEmpty(), "the engine runs " + site.engine.keySet());
    }

    @Property(tries = 150)
    void whereEverythingIsRelayedNothingRunsOnceTheDrainIsOver(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int cap) {
        SimulatedSite site = lived(seed, cap);
        site.place(TestApps.RELAY);
        site.pass(TestApps.DRAIN);
        site.check(site.count(Instance::live) == 0, "something serves after the drain limit");
        site.sessions(3);
        site.connect(30);
        site.check(site.ingress.relayed("shop") >= 30, "not relayed");
        site.pass(Duration.ofMinutes(5));
        site.list();
        site.pass(Duration.ofMinutes(5));
        site.check(site.engine.isEmpty(), "the engine runs " + site.engine.keySet());
    }

    @Property(tries = 100)
    void aDeletedApplicationLeavesNothingBehindWhateverItsPart(
            @ForAll long seed, @ForAll @IntRange(min = 0, max = 60) int drain) {
        SimulatedSite site = lived(seed, UNLIMITED);
        site.fire(new Event.Deleted(site.now().plusSeconds(drain)));
        site.pass(Duration.ofMinutes(5));
        site.sweep();
        site.pass(Duration.ofMinutes(1));
        site.check(site.state.gone(), "something is left");
        site.check(site.ingress.relayed("shop") == 0, "some are relayed for ever");
        site.check(site.engine.isEmpty(), "the engine runs " + site.engine.keySet());
    }

    /** A site with a past, in which nothing fails any more. */
    private static SimulatedSite lived(long seed, int cap) {
        SimulatedSite site = new SimulatedSite(seed, TestApps.app("shop", "acme/shop:1", 3, 0, 6), cap);
        for (int i = 0; i < 120; i++) {
            site.failing = (i / 20) % 2 == 1 ? 0.4 : 0;
            live(site, i);
        }
        site.failing = 0;
        site.slips = false;
        return site;
    }

    private static void live(SimulatedSite site, int step) {
        switch (site.random.nextInt(15)) {
            case 0, 1 -> site.connect(1 + site.random.nextInt(8));
            case 2, 3 -> site.release(1 + site.random.nextInt(8));
            case 4 -> site.endRelayed(1 + site.random.nextInt(8));
            case 5 -> site.crash();
            case 6 -> site.engineAway();
            case 7 -> site.list();
            case 8, 9 -> site.place(placement(site));
            case 10 -> site.sessions(site.random.nextInt(3));
            case 11 -> {
                if (site.random.nextInt(3) == 0) {
                    site.apply(TestApps.app("shop", "acme/shop:" + (step + 2), 3, 0, 6));
                }
            }
            default -> site.pass(Duration.ofMillis(site.random.nextInt(10_000)));
        }
    }

    private static Placement placement(SimulatedSite site) {
        List<Endpoint> doors = site.random.nextInt(8) == 0 ? List.of() : TestApps.DOORS;
        Duration drain = Duration.ofSeconds(site.random.nextInt(20));
        return switch (site.random.nextInt(5)) {
            case 0 -> Placement.HOMEBASE;
            case 1, 2 -> new Placement.Relay(TestApps.HOMEBASE, doors, drain);
            default -> new Placement.Serve(TestApps.HOMEBASE, doors, drain);
        };
    }

    private static void goAway(SimulatedSite site) {
        for (int i = 0; i < 200 && site.ingress.inFlight("shop") + site.ingress.waiting("shop") > 0; i++) {
            site.release(50);
            site.pass(Duration.ofSeconds(2));
        }
        site.pass(Duration.ofMinutes(1));
    }
}
