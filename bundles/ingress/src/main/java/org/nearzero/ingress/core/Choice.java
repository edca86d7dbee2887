package org.nearzero.ingress.core;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Picks an instance with room: the less loaded of two that are drawn at random (Mitzenmacher, "The power of two choices"), which
 * keeps loads even without comparing all. If neither has room all are tried, so that a free slot anywhere is found. Instances
 * that lately refused a connection come last.
 */
final class Choice {
    private Choice() {}

    /** A slot, taken, on one of {@code open}; null if none has room. */
    static Instance acquire(Instance[] open, long now) {
        return acquire(open, null, now);
    }

    /** The same, leaving one out. */
    static Instance acquire(Instance[] open, Instance except, long now) {
        int n = open.length;
        if (n == 0) {
            return null;
        }
        if (n == 1) {
            return open[0] != except && open[0].tryAcquire() ? open[0] : null;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int i = random.nextInt(n);
        int j = random.nextInt(n - 1);
        j = j < i ? j : j + 1;
        Instance better = open[i].taken() <= open[j].taken() ? open[i] : open[j];
        if (better != except && !better.isAvoided(now) && better.tryAcquire()) {
            return better;
        }
        Instance found = scan(open, i, except, now, false);
        return found != null ? found : scan(open, i, except, now, true);
    }

    private static Instance scan(Instance[] open, int from, Instance except, long now, boolean avoidedToo) {
        for (int k = 0, at = from; k < open.length; k++, at = at + 1 == open.length ? 0 : at + 1) {
            Instance candidate = open[at];
            if (candidate != except && (avoidedToo || !candidate.isAvoided(now)) && candidate.tryAcquire()) {
                return candidate;
            }
        }
        return null;
    }
}
