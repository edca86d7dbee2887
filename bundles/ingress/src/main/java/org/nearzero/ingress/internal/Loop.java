package org.nearzero.ingress.internal;

import io.undertow.connector.ByteBufferPool;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.nearzero.ingress.core.Deadlines;
import org.nearzero.ingress.core.ResponseHead;
import org.xnio.XnioIoThread;

/**
 * What one I/O thread works with: its deadlines, its scratch space, its buffers. An exchange stays on the thread that accepted
 * its client, upstream connection included. Used by that thread only, but for {@link #execute} and {@link #whenIdle}.
 */
final class Loop {
    private static final int SCRATCH = 20 << 10;

    /** Each application may have a queue deadline of its own; few do. */
    private static final int MOST_LENGTHS = 64;

    final XnioIoThread thread;
    final ByteBufferPool buffers;
    final ResponseHead head = new ResponseHead();
    final FieldNames names = new FieldNames();
    final Timed connect;
    final Timed relayConnect;
    final Timed response;
    final Timed body;
    final Timed write;
    final Timed idle;
    final Timed halfClosed;
    final int minBodyBytes;

    /** For the bytes of one head; only while one method runs. */
    byte[] scratch = new byte[SCRATCH];

    private ByteBuffer scratchView = ByteBuffer.wrap(scratch);
    private final Map<Duration, Timed> relayResponses = new HashMap<>();
    private int active;
    private CompletableFuture<Void> idleAt;

    Loop(XnioIoThread thread, ByteBufferPool buffers, IngressSettings settings) {
        this.thread = thread;
        this.buffers = buffers;
        Timeouts timeouts = settings.timeouts();
        connect = new Timed(timeouts.connect());
        relayConnect = new Timed(settings.peering().connect());
        response = new Timed(timeouts.response());
        body = new Timed(timeouts.body());
        write = new Timed(timeouts.write());
        idle = new Timed(timeouts.upstreamIdle());
        halfClosed = new Timed(timeouts.halfClosed());
        minBodyBytes = (int) Math.min(
                Integer.MAX_VALUE,
                Math.max(1, timeouts.body().toMillis() * settings.limits().minBodyBytesPerSecond() / 1000));
    }

    /** For a response to what is relayed, which may wait for so long before it is served. */
    Timed relayResponse(Duration queue) {
        if (relayResponses.size() >= MOST_LENGTHS) {
            relayResponses.clear(); // those that are set fall due all the same
        }
        return relayResponses.computeIfAbsent(
                queue, same -> new Timed(queue.plusNanos(response.deadlines.afterNanos())));
    }

    /** Deadlines of one length, with the one timer that they need between them. */
    final class Timed implements Runnable {
        private final Deadlines deadlines;
        private boolean armed;

        Timed(Duration after) {
            deadlines = new Deadlines(after.toNanos());
        }

        long afterNanos() {
            return deadlines.afterNanos();
        }

        void set(Deadlines.Entry entry, long now) {
            deadlines.set(entry, now);
            if (!armed) {
                arm(deadlines.afterNanos());
            }
        }

        @Override
        public void run() {
            armed = false;
            long next = deadlines.fire(System.nanoTime());
            if (next >= 0) {
                arm(next);
            }
        }

        private void arm(long afterNanos) {
            try {
                thread.executeAfter(this, afterNanos / 1_000_000 + 1, TimeUnit.MILLISECONDS);
                armed = true;
            } catch (RejectedExecutionException e) {
                // The thread ends, and with it all connections.
            }
        }
    }

    /** Runs {@code task} on this thread, soon. Any thread. @return false if the thread ends */
    boolean execute(Runnable task) {
        try {
            thread.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Room for {@code more} bytes from {@code at} on. */
    void ensureScratch(int at, int more) {
        if (scratch.length - at < more) {
            scratch = Arrays.copyOf(scratch, Math.max(scratch.length * 2, at + more));
            scratchView = ByteBuffer.wrap(scratch);
        }
    }

    /** The first {@code length} bytes of the scratch space. */
    ByteBuffer scratch(int length) {
        return scratchView.position(0).limit(length);
    }

    void begun() {
        active++;
    }

    void ended() {
        active--;
        if (active == 0 && idleAt != null) {
            idleAt.complete(null);
        }
    }

    /** Completes when nothing is in flight on this thread. Any thread. */
    CompletableFuture<Void> whenIdle() {
        CompletableFuture<Void> idle = new CompletableFuture<>();
        boolean accepted = execute(() -> {
            idleAt = idle;
            if (active == 0) {
                idle.complete(null);
            }
        });
        if (!accepted) {
            idle.complete(null);
        }
        return idle;
    }
}
