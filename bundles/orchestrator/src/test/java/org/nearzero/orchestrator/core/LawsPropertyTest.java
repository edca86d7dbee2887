package org.nearzero.orchestrator.core;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.nearzero.orchestrator.testing.TestApps;

/** The laws of the house, under random events in virtual time; each check is made by {@link SimulatedSite}. */
class LawsPropertyTest {
    private static final int UNLIMITED = 1_000;

    @Property(tries = 150)
    void everyLawHoldsWhateverHappens(@ForAll long seed, @ForAll @IntRange(min = 0, max = 2) int min) {
        SimulatedSite site = new SimulatedSite(seed, TestApps.app("shop", "acme/shop:1", 3, min, 6), UNLIMITED);
        live(site, min, 120);
        comesToRest(site, min);
    }

    @Property(tries = 100)
    void theOperatorsCapHoldsThroughScalingAndRollOuts(@ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int cap) {
        SimulatedSite site = new SimulatedSite(seed, TestApps.app("shop", "acme/shop:1", 3, 1, 6), cap);
        live(site, 1, 120);
        comesToRest(site, 1);
    }

    private static void live(SimulatedSite site, int min, int steps) {
        int version = 1;
        for (int i = 0; i < steps; i++) {
            site.failing = (i / 20) % 2 == 1 ? 0.4 : 0;
            switch (site.random.nextInt(12)) {
                case 0, 1, 2 -> site.connect(1 + site.random.nextInt(8));
                case 3, 4, 5 -> site.release(1 + site.random.nextInt(8));
                case 6 -> site.crash();
                case 7 -> site.engineAway();
                case 8 -> site.list();
                case 9 -> {
                    if (site.random.nextInt(3) == 0) {
                        site.apply(TestApps.app("shop", "acme/shop:" + ++version, 3, min, 6));
                    }
                }
                default -> site.pass(Duration.ofMillis(site.random.nextInt(6_000)));
            }
        }
    }

    /** With nobody there and nothing failing any more, exactly the minimum of the newest version is left in the end. */
    private static void comesToRest(SimulatedSite site, int min) {
        site.failing = 0;
        site.slips = false;
        site.pass(Duration.ofMinutes(5));
        for (int i = 0; i < 200 && site.ingress.inFlight("shop") + site.ingress.waiting("shop") > 0; i++) {
            site.release(50);
            site.pass(Duration.ofSeconds(2));
        }
        site.list();
        site.pass(Duration.ofMinutes(5));
        site.check(site.ingress.waiting("shop") == 0, "somebody waits for ever");
        site.check(site.count(i -> true) == min, "not " + min + " instances left");
        site.check(
                site.count(i -> i.open() && site.state.current(i)) == min, "those left are not ready or not current");
        site.check(site.engine.size() == min, "the engine runs " + site.engine.keySet());
    }

    @Property(tries = 100)
    void aDeletedApplicationLeavesNothingBehind(@ForAll long seed, @ForAll @IntRange(min = 0, max = 60) int drain) {
        SimulatedSite site = new SimulatedSite(seed, TestApps.app("shop", "acme/shop:1", 3, 1, 6), UNLIMITED);
        live(site, 1, 40);
        site.fire(new Event.Deleted(site.now().plusSeconds(drain)));
        site.failing = 0;
        site.slips = false;
        site.pass(Duration.ofMinutes(5));
        site.sweep();
        site.pass(Duration.ofMinutes(1));
        site.check(site.state.gone(), "something is left");
        site.check(site.engine.isEmpty(), "the engine runs " + site.engine.keySet());
    }
}
