package org.nearzero.simulation;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.nearzero.api.model.PopId;

/** Carries messages between sites: late, in any order, twice, or not at all. Connections are carried in order, and stall where messages are lost. */
final class Network {
    /**
     * How it treats messages.
     *
     * @param delay each way, about: half of it up to one and a half
     * @param loss the share that is lost
     * @param duplication the share that arrives twice
     */
    record Conditions(Duration delay, double loss, double duplication) {
        static final Conditions FINE = new Conditions(Duration.ofMillis(10), 0, 0);
    }

    private record Pair(PopId a, PopId b) {
        private static Pair of(PopId x, PopId y) {
            return x.compareTo(y) < 0 ? new Pair(x, y) : new Pair(y, x);
        }
    }

    private final VirtualTime time;
    private final SplittableRandom random;
    private final Set<Pair> cut = new HashSet<>();
    private final Map<Pair, Long> cutUntil = new HashMap<>();
    private Conditions conditions = Conditions.FINE;
    private long sent;

    Network(VirtualTime time, SplittableRandom random) {
        this.time = time;
        this.random = random;
    }

    void conditions(Conditions next) {
        conditions = next;
    }

    void cut(PopId a, PopId b) {
        cut.add(Pair.of(a, b));
    }

    void mend(PopId a, PopId b) {
        if (cut.remove(Pair.of(a, b))) {
            cutUntil.put(Pair.of(a, b), time.nanos());
        }
    }

    void mendAll() {
        Set.copyOf(cut).forEach(pair -> mend(pair.a(), pair.b()));
    }

    boolean isCut(PopId a, PopId b) {
        return cut.contains(Pair.of(a, b));
    }

    /** Whether two sites were cut off from each other at any time since. */
    boolean wasCutSince(PopId a, PopId b, long nanos) {
        return isCut(a, b) || cutUntil.getOrDefault(Pair.of(a, b), Long.MIN_VALUE) >= nanos;
    }

    /** How many messages were sent. */
    long sent() {
        return sent;
    }

    /** A message: arrives once, twice or never. */
    void send(PopId from, PopId to, Runnable arrives) {
        sent++;
        int copies =
                random.nextDouble() < conditions.loss() ? 0 : random.nextDouble() < conditions.duplication() ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            time.afterNanos(delay(), () -> {
                if (!isCut(from, to)) {
                    arrives.run();
                }
            });
        }
    }

    /** One step of a connection: it always arrives, late if something was lost on the way, unless the two are cut off from each other. */
    void carry(PopId from, PopId to, Runnable arrives, Runnable fails) {
        long stall =
                random.nextDouble() < conditions.loss() ? 2 * conditions.delay().toNanos() + 200_000_000L : 0;
        time.afterNanos(delay() + stall, () -> (isCut(from, to) ? fails : arrives).run());
    }

    private long delay() {
        long mean = conditions.delay().toNanos();
        return mean / 2 + (mean == 0 ? 0 : random.nextLong(mean));
    }
}
