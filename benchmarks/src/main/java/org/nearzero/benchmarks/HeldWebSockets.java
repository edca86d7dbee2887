package org.nearzero.benchmarks;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** So many WebSockets at one site; one that was cut is opened anew. Used by one thread. */
final class HeldWebSockets implements AutoCloseable {
    private final InetSocketAddress door;
    private final Supplier<Duration> sinceChange;
    private final Duration limit;
    private final List<HeldWebSocket> open = new ArrayList<>();
    private final List<String> tooSoon = new ArrayList<>();
    private long echoesOfOld;
    private int cut;

    /**
     * @param sinceChange how long ago their way has changed
     * @param limit how long they may at least go on the old way
     */
    HeldWebSockets(InetSocketAddress door, int number, Supplier<Duration> sinceChange, Duration limit) {
        this.door = door;
        this.sinceChange = sinceChange;
        this.limit = limit;
        for (int i = 0; i < number; i++) {
            open.add(new HeldWebSocket(door));
        }
    }

    /** Says something on each, and sees which were cut. */
    void say() {
        for (int i = 0; i < open.size(); i++) {
            HeldWebSocket each = open.get(i);
            if (each.cut()) {
                wasCut(each);
                open.set(i, new HeldWebSocket(door));
            }
            open.get(i).say();
        }
    }

    private void wasCut(HeldWebSocket each) {
        cut++;
        echoesOfOld += each.echoes();
        Duration went = sinceChange.get().minusNanos(System.nanoTime() - each.endedAt());
        if (went.compareTo(limit) < 0) {
            tooSoon.add(each.how() + " " + went.toMillis() + " ms after its way changed");
        }
    }

    /** How many were cut, for whatever reason. */
    int cut() {
        return cut;
    }

    /** Those that were cut sooner than they may be, and how. */
    List<String> tooSoon() {
        return List.copyOf(tooSoon);
    }

    long echoes() {
        return echoesOfOld + open.stream().mapToLong(HeldWebSocket::echoes).sum();
    }

    /** What was said on those that are open and has not come back. */
    long missing() {
        return open.stream()
                .filter(each -> !each.cut())
                .mapToLong(HeldWebSocket::missing)
                .sum();
    }

    @Override
    public void close() {
        open.forEach(HeldWebSocket::close);
    }
}
