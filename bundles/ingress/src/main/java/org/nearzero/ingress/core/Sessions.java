package org.nearzero.ingress.core;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The sessions of one application: one for each device, from its first connection until its idle time after the last (spec
 * X.4.2). A session is looked at when it may have ended, which is at most once in each idle time, however busy it is; nothing
 * ticks. Bounded: past {@code max} the session that would end next ends early; live ones never do.
 */
final class Sessions {
    /** A live session is looked at again no sooner than this, or a tiny idle time would make for a busy loop. */
    static final long SHORTEST_LOOK = 10_000_000;

    private static final int LOOKS_AT_ONCE = 1024;

    private final ConcurrentHashMap<String, Session> byDevice = new ConcurrentHashMap<>();
    private final AtomicInteger devices = new AtomicInteger();
    private final PriorityQueue<Session> looks = new PriorityQueue<>((a, b) -> Long.signum(a.lookAt - b.lookAt));
    private final int max;
    private final Started started;
    private volatile long idle;

    Sessions(int max, long idleNanos, Started started) {
        this.started = started;
        this.max = max;
        this.idle = idleNanos;
    }

    /** One device's session. {@code live} counts its connections; -1: it has ended, and another takes its place. */
    static final class Session extends AtomicInteger {
        private static final long serialVersionUID = 1L;
        private static final int ENDED = -1;

        final String device;
        private volatile long idleSince;
        private long lookAt;

        private Session(String device) {
            super(1);
            this.device = device;
        }

        private int enter() {
            return updateAndGet(live -> live == ENDED ? ENDED : live + 1);
        }
    }

    /** Hears that a session began. */
    @FunctionalInterface
    interface Started {
        void started(String device, long now);
    }

    /** A connection of a device begins. @return the session that it belongs to */
    Session enter(String device, long now) {
        for (; ; ) {
            Session session = byDevice.get(device);
            if (session == null) {
                session = new Session(device);
                if (byDevice.putIfAbsent(device, session) == null) {
                    devices.incrementAndGet();
                    lookAgain(session, now);
                    started.started(device, now);
                    return session;
                }
                continue;
            }
            int live = session.enter();
            if (live == Session.ENDED) {
                byDevice.remove(device, session);
                continue;
            }
            if (live == 1) {
                devices.incrementAndGet();
            }
            return session;
        }
    }

    /** A connection of a device ends. */
    void leave(Session session, long now) {
        session.idleSince = now;
        if (session.decrementAndGet() == 0) {
            devices.decrementAndGet();
        }
    }

    int count() {
        return byDevice.size();
    }

    /** Devices with a connection now; at most {@link #count()}. */
    int devices() {
        return Math.max(0, Math.min(devices.get(), count()));
    }

    /** Ends what has been idle for long enough, not very many at once: others wait for the lock. @return those that ended */
    List<Session> expire(long now) {
        List<Session> ended = new ArrayList<>();
        synchronized (looks) {
            for (int n = 0; n < LOOKS_AT_ONCE && isTimeToLook(now); n++) {
                Session session = looks.poll();
                if (isOver(session, now)) {
                    byDevice.remove(session.device, session);
                    ended.add(session);
                } else {
                    looks.add(session);
                }
            }
        }
        return ended;
    }

    private boolean isTimeToLook(long now) {
        Session next = looks.peek();
        return next != null && (next.lookAt - now <= 0 || looks.size() > max);
    }

    /** Whether the session has ended. If not, says when to look again. */
    private boolean isOver(Session session, long now) {
        if (session.get() > 0) {
            session.lookAt = now + Math.max(idle, SHORTEST_LOOK);
            return false;
        }
        long end = session.idleSince + idle;
        if (end - session.lookAt > 0 && end - now > 0) {
            session.lookAt = end;
            return false;
        }
        return session.compareAndSet(0, Session.ENDED);
    }

    /** When to call {@link #expire} next; {@link Long#MAX_VALUE} for never. */
    long nextLook() {
        synchronized (looks) {
            return looks.isEmpty() ? Long.MAX_VALUE : looks.peek().lookAt;
        }
    }

    /** Whether there are more than there may be. */
    boolean isFull() {
        return byDevice.size() > max;
    }

    /** Sets the idle time, for those that there are as well. */
    void idle(long nanos, long now) {
        if (nanos == idle) {
            return;
        }
        idle = nanos;
        synchronized (looks) {
            List<Session> all = new ArrayList<>(looks);
            looks.clear();
            for (Session session : all) {
                session.lookAt = (session.get() > 0 ? now : session.idleSince) + nanos;
                looks.add(session);
            }
        }
    }

    private void lookAgain(Session session, long now) {
        synchronized (looks) {
            session.lookAt = now + Math.max(idle, SHORTEST_LOOK);
            looks.add(session);
        }
    }
}
