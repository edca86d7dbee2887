package org.nearzero.ingress.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.nearzero.api.ingress.ConnectionEvent.Kind;
import org.nearzero.api.ingress.Routes.Relay;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.api.model.AppId;

/** What surrounds the gates of a test: a clock that the test moves, and a memory of what it was told. Thread-safe. */
final class World implements Surroundings {
    static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

    /** Nanoseconds may be negative, and pass through zero. */
    private static final long START = -1_500_000_000L;

    private static final int BUSY = 100_000;

    /** What was told, as {@code KIND device} or {@code KIND device instance}. */
    final Queue<String> events = new ConcurrentLinkedQueue<>();

    final AtomicInteger bells = new AtomicInteger();
    final Queue<Host> hosts = new ConcurrentLinkedQueue<>();

    /** Runs once, in the middle of the next {@link #wakeAt}: another thread that is faster. */
    final AtomicReference<Runnable> faster = new AtomicReference<>();

    /** Runs once, when the next {@code RELEASED} is told: one who comes before the slot is given on. */
    final AtomicReference<Runnable> whenReleased = new AtomicReference<>();

    private final int maxRelayed;

    private final AtomicLong clock = new AtomicLong(START);
    private final Map<Gate, Long> alarms = new ConcurrentHashMap<>();

    World() {
        this(100_000);
    }

    World(int maxRelayed) {
        this.maxRelayed = maxRelayed;
    }

    /** An instance that remembers how often it was told that it is closed. */
    static final class Host extends Instance {
        final AtomicInteger closings = new AtomicInteger();

        Host(Target target, int limit) {
            super(target, limit);
        }

        Host(Relay relay) {
            super(relay);
        }

        @Override
        protected void closed() {
            closings.incrementAndGet();
        }
    }

    @Override
    public long nanos() {
        return clock.get();
    }

    @Override
    public Instant now() {
        return NOON.plusNanos(clock.get() - START);
    }

    @Override
    public Instance instance(AppId app, Target target, int limit) {
        Host host = new Host(target, limit);
        hosts.add(host);
        return host;
    }

    @Override
    public Instance relay(AppId app, Relay relay) {
        Host host = new Host(relay);
        hosts.add(host);
        return host;
    }

    @Override
    public int maxRelayed() {
        return maxRelayed;
    }

    @Override
    public void demandChanged(AppId app) {
        bells.incrementAndGet();
    }

    @Override
    public void happened(Kind kind, AppId app, String device, Instance instance, long nanos) {
        if (kind == Kind.RELEASED) {
            runOnce(whenReleased);
        }
        events.add(kind + " " + device + (instance == null ? "" : " " + named(instance)));
    }

    private static String named(Instance instance) {
        return instance.isRelay()
                ? instance.relay().homebase().value()
                : instance.id().value();
    }

    @Override
    public void wakeAt(Gate gate, long nanos) {
        runOnce(faster);
        alarms.put(gate, nanos);
    }

    private static void runOnce(AtomicReference<Runnable> given) {
        Runnable what = given.getAndSet(null);
        if (what != null) {
            what.run();
        }
    }

    /** In how long a gate will be woken; null if it will not. */
    Duration alarm(Gate gate) {
        Long at = alarms.get(gate);
        return at == null ? null : Duration.ofNanos(at - nanos());
    }

    /** Lets time pass, and wakes gates when they asked for it. */
    void pass(Duration time) {
        long until = nanos() + time.toNanos();
        for (int n = 0; wakeTheNext(until); n++) {
            if (n == BUSY) {
                throw new AssertionError("a gate asks to be woken again and again");
            }
        }
        clock.set(until);
    }

    /** Lets time pass for those who look at the clock, and wakes nobody. */
    void passUnnoticed(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    private boolean wakeTheNext(long until) {
        Map.Entry<Gate, Long> next = null;
        for (Map.Entry<Gate, Long> alarm : alarms.entrySet()) {
            if (alarm.getValue() <= until && (next == null || alarm.getValue() < next.getValue())) {
                next = alarm;
            }
        }
        if (next == null) {
            return false;
        }
        alarms.remove(next.getKey(), next.getValue());
        clock.set(Math.max(clock.get(), next.getValue()));
        next.getKey().wake();
        return true;
    }

    /** What was told since this was last asked. */
    List<String> heard() {
        List<String> all = List.copyOf(events);
        events.clear();
        return all;
    }

    /** How often it rang since this was last asked. */
    int rung() {
        return bells.getAndSet(0);
    }
}
