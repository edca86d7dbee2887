package org.nearzero.ingress.core;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.nearzero.api.ingress.Peak;

/**
 * How many connections there are, and the highest number since that was last asked. Number and peak share one word, so that the
 * peak is exact; the time at which the peak was left is noted before it is left, so that it is never too early.
 */
final class Level {
    private static final int PEAK_SHIFT = 32;
    private static final long LEVEL = 0xFFFF_FFFFL;

    /** The peak in the high half, the level in the low half. */
    private final AtomicLong word = new AtomicLong();

    private final AtomicLong peakLeft = new AtomicLong(Long.MIN_VALUE);

    void up() {
        for (; ; ) {
            long w = word.get();
            long level = (w & LEVEL) + 1;
            long peak = Math.max(w >>> PEAK_SHIFT, level);
            if (word.weakCompareAndSetVolatile(w, peak << PEAK_SHIFT | level)) {
                return;
            }
        }
    }

    /** One fewer. @return the new level */
    int down(long now) {
        for (; ; ) {
            long w = word.get();
            if ((w & LEVEL) == w >>> PEAK_SHIFT) {
                peakLeft.accumulateAndGet(now, Math::max);
            }
            if (word.weakCompareAndSetVolatile(w, w - 1)) {
                return (int) ((w & LEVEL) - 1);
            }
        }
    }

    int current() {
        return (int) (word.get() & LEVEL);
    }

    /** The peak since the last call, and until when it was held; the next one starts from the present level. */
    Reached takePeak(long now) {
        long w = word.getAndUpdate(old -> (old & LEVEL) << PEAK_SHIFT | old & LEVEL);
        int peak = (int) (w >>> PEAK_SHIFT);
        return new Reached(peak, (w & LEVEL) == peak ? now : Math.min(now, peakLeft.get()));
    }

    /** A level and when it was last reached, or later. */
    record Reached(int level, long until) {
        /** As a demand tells it; empty if there was nobody. */
        List<Peak> toPeaks(long now, Instant clock) {
            return level == 0 ? List.of() : List.of(new Peak(level, clock.minusNanos(Math.max(0, now - until))));
        }
    }
}
