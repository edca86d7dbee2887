package org.nearzero.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/** Time that passes as fast as things happen in it. What is due at the same moment happens in the order it was asked for. */
final class VirtualTime {
    static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private static final class Happening implements Comparable<Happening> {
        private final long nanos;
        private final long order;
        private final Runnable what;

        private Happening(long nanos, long order, Runnable what) {
            this.nanos = nanos;
            this.order = order;
            this.what = what;
        }

        @Override
        public int compareTo(Happening other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Happening> future = new PriorityQueue<>();
    private long nanos;
    private long order;
    private long happened;

    Instant now() {
        return BEGIN.plusNanos(nanos);
    }

    long nanos() {
        return nanos;
    }

    /** How many things have happened. */
    long happened() {
        return happened;
    }

    void after(Duration delay, Runnable what) {
        afterNanos(delay.toNanos(), what);
    }

    void afterNanos(long delay, Runnable what) {
        future.add(new Happening(nanos + Math.max(0, delay), order++, what));
    }

    /** At an instant; now if it is over. */
    void at(Instant when, Runnable what) {
        Duration delay = Duration.between(now(), when);
        afterNanos(
                delay.compareTo(Duration.ofDays(3650)) > 0
                        ? Duration.ofDays(3650).toNanos()
                        : delay.toNanos(),
                what);
    }

    /** Lets time pass. */
    void pass(Duration duration) {
        long end = nanos + duration.toNanos();
        while (!future.isEmpty() && future.peek().nanos <= end) {
            Happening next = future.poll();
            nanos = next.nanos;
            happened++;
            next.what.run();
        }
        nanos = end;
    }
}
