package org.nearzero.ingress.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import org.nearzero.api.ingress.Routes.Relay;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.api.model.Endpoint;
import org.nearzero.ingress.core.Instance;

/**
 * An instance, or a relay, with the connections to it: for each I/O thread a stack of idle ones, the last used on top. Idle and busy together
 * there are no more than the instance has slots: one more closes an idle one of another thread first.
 */
final class Backend extends Instance {
    private static final long DOOR_AVOIDED_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Loop[] loops;

    /** The top of each thread's stack. Each element is used by its own thread only. */
    private final Upstream[] idle;

    private final AtomicIntegerArray idleCount;
    private final AtomicInteger connections = new AtomicInteger();

    /** Until when each door of a relay comes last; 0: it does not. */
    private final AtomicLongArray avoidedUntil;

    private final Silence silence = new Silence();
    private final Pulse pulse = new Pulse(this);

    Backend(Target target, int limit, Loop[] loops) {
        super(target, limit);
        this.loops = loops;
        this.avoidedUntil = null;
        this.idle = new Upstream[loops.length];
        this.idleCount = new AtomicIntegerArray(loops.length);
    }

    Backend(Relay relay, Loop[] loops) {
        super(relay);
        this.loops = loops;
        this.avoidedUntil = new AtomicLongArray(relay.doors().size());
        this.idle = new Upstream[loops.length];
        this.idleCount = new AtomicIntegerArray(loops.length);
    }

    /** The doors of a relay in the order in which to try them: as they are given, but for those that failed lately. */
    Deque<Endpoint> doors(long now) {
        Deque<Endpoint> doors = new ArrayDeque<>();
        Deque<Endpoint> avoided = new ArrayDeque<>();
        for (int i = 0; i < avoidedUntil.length(); i++) {
            (isDoorAvoided(i, now) ? avoided : doors).add(relay().doors().get(i));
        }
        doors.addAll(avoided);
        return doors;
    }

    /** A door of a relay failed. @return whether that is news */
    boolean avoidDoor(Endpoint door, long now) {
        int i = relay().doors().indexOf(door);
        boolean news = !isDoorAvoided(i, now);
        avoidedUntil.set(i, now + DOOR_AVOIDED_NANOS | 1);
        return news;
    }

    /** Whether the homebase of a relay says nothing at all. */
    Silence silence() {
        return silence;
    }

    /** Who waits for the homebase of a relay. */
    Pulse pulse() {
        return pulse;
    }

    /** No door of a relay has answered since then. @return whether nobody else was answered either: nobody waits on for what was sent before */
    boolean silent(String why, long since) {
        if (!silence.begin(why, since)) {
            return false;
        }
        closeIdle();
        pulse.giveUp(why, since);
        return true;
    }

    private boolean isDoorAvoided(int door, long now) {
        long until = avoidedUntil.get(door);
        return until != 0 && until - now > 0;
    }

    /** An idle connection of this thread's; null if it has none. */
    Upstream takeIdle(Loop loop) {
        Upstream top = idle[loop.thread.getNumber()];
        if (top != null) {
            remove(top);
        }
        return top;
    }

    /** Keeps a connection for a next use. */
    void keep(Upstream upstream, long now) {
        silence.end(now);
        if (isClosed() || connections.get() > limit()) {
            upstream.close();
            return;
        }
        int n = upstream.loop.thread.getNumber();
        upstream.below = idle[n];
        if (upstream.below != null) {
            upstream.below.above = upstream;
        }
        idle[n] = upstream;
        upstream.isIdle = true;
        idleCount.incrementAndGet(n);
        upstream.loop.idle.set(upstream, now);
    }

    /** Takes an idle connection out of its stack. */
    void remove(Upstream upstream) {
        int n = upstream.loop.thread.getNumber();
        if (upstream.above == null) {
            idle[n] = upstream.below;
        } else {
            upstream.above.below = upstream.below;
        }
        if (upstream.below != null) {
            upstream.below.above = upstream.above;
        }
        upstream.above = null;
        upstream.below = null;
        upstream.isIdle = false;
        idleCount.decrementAndGet(n);
        upstream.clear();
    }

    /** A connection is about to be opened. */
    void opening() {
        if (connections.incrementAndGet() <= limit()) {
            return;
        }
        for (Loop loop : loops) {
            if (idleCount.get(loop.thread.getNumber()) > 0) {
                loop.execute(() -> closeOldest(loop));
                return;
            }
        }
    }

    /** A connection was closed, or was not opened after all. */
    void gone() {
        connections.decrementAndGet();
    }

    @Override
    protected void closed() {
        closeIdle();
    }

    /** Closes those that carry nothing: they go where nobody answers any more. */
    void closeIdle() {
        for (Loop loop : loops) {
            loop.execute(() -> {
                for (Upstream top = takeIdle(loop); top != null; top = takeIdle(loop)) {
                    top.close();
                }
            });
        }
    }

    private void closeOldest(Loop loop) {
        Upstream oldest = idle[loop.thread.getNumber()];
        while (oldest != null && oldest.below != null) {
            oldest = oldest.below;
        }
        if (oldest != null) {
            remove(oldest);
            oldest.close();
        }
    }
}
