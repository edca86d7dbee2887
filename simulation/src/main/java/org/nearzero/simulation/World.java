package org.nearzero.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.nearzero.api.model.PopId;

/** One run's world: time, the network, the sites, chance, and a record of what happened. */
final class World {
    private static final int REMEMBERED = 60;

    final long seed;
    final Scenario scenario;
    final VirtualTime time = new VirtualTime();
    final SplittableRandom random;
    final Network network;
    final Map<PopId, SimulatedSite> sites = new LinkedHashMap<>();
    final Laws laws = new Laws(this);
    final History history = new History();
    private final Deque<String> past = new ArrayDeque<>();
    private double failing;

    World(long seed, Scenario scenario) {
        this.seed = seed;
        this.scenario = scenario;
        this.random = new SplittableRandom(seed);
        this.network = new Network(time, random.split());
    }

    Instant now() {
        return time.now();
    }

    void note(String what) {
        if (past.size() == REMEMBERED) {
            past.removeFirst();
        }
        past.addLast(Duration.between(VirtualTime.BEGIN, now()).toMillis() + " ms: " + what);
    }

    List<String> past() {
        return new ArrayList<>(past);
    }

    SimulatedSite site(PopId pop) {
        return sites.get(pop);
    }

    /** The share of what drivers are asked that fails at the moment. */
    void failing(double share) {
        failing = share;
    }

    boolean fails() {
        return failing > 0 && random.nextDouble() < failing;
    }

    long between(long leastMillis, long mostMillis) {
        return Duration.ofMillis(leastMillis + random.nextLong(mostMillis - leastMillis + 1))
                .toNanos();
    }
}
