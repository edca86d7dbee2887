package org.nearzero.benchmarks;

import java.util.Arrays;
import org.nearzero.examples.load.LoadReport;

/** Durations in nanoseconds, in the order in which they were measured. Not thread-safe. */
final class Samples {
    private long[] nanos = new long[64];
    private int count;

    void add(long duration) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = duration;
    }

    int count() {
        return count;
    }

    /** The median, or any other share 0 to 1, in ms; nearest rank; 0 if there are none. */
    double millisAt(double share) {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return LoadReport.percentile(sorted, share) / 1e6;
    }
}
