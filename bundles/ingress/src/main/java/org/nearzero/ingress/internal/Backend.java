package org.nearzero.ingress.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.ingress.core.Instance;

/**
 * An instance with the connections to it: for each I/O thread a stack of idle ones, the last used on top. Idle and busy together
 * there are no more than the instance has slots: one more closes an idle one of another thread first.
 */
final class Backend extends Instance {
    private final Loop[] loops;

    /** The top of each thread's stack. Each element is used by its own thread only. */
    private final Upstream[] idle;

    private final AtomicIntegerArray idleCount;
    private final AtomicInteger connections = new AtomicInteger();

    Backend(Target target, int limit, Loop[] loops) {
        super(target, limit);
        this.loops = loops;
        this.idle = new Upstream[loops.length];
        this.idleCount = new AtomicIntegerArray(loops.length);
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
