package org.nearzero.ingress.internal;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.nearzero.api.ingress.ConnectionEvent;
import org.nearzero.api.ingress.ConnectionEvent.Kind;
import org.nearzero.api.ingress.ConnectionListener;
import org.nearzero.api.model.AppId;
import org.nearzero.ingress.core.EventRing;
import org.nearzero.ingress.core.Instance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings connection events to their listeners: each has a ring and a thread of its own, so that one that is slow loses its own
 * oldest events and delays nobody. An event is told within a millisecond, together with what else happens in it. With no listener an event costs one read.
 */
final class Events implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private static final int RING = 1 << 14;
    private static final int BATCH = 512;

    /** Between two batches: a thread that is woken for each event costs the I/O threads more than the event does. */
    private static final long REST_NANOS = 1_000_000;

    private final Clock clock;
    private volatile Delivery[] deliveries = {};

    Events(Clock clock) {
        this.clock = clock;
    }

    private record Happened(Kind kind, AppId app, String device, Instance instance, long nanos) {
        private ConnectionEvent toEvent(Instant now, long nowNanos) {
            return new ConnectionEvent(
                    kind,
                    app,
                    device,
                    Optional.ofNullable(instance).map(Instance::id),
                    now.minusNanos(Math.max(0, nowNanos - nanos)));
        }
    }

    void happened(Kind kind, AppId app, String device, Instance instance, long nanos) {
        Delivery[] to = deliveries;
        if (to.length > 0) {
            Happened event = new Happened(kind, app, device, instance, nanos);
            for (Delivery delivery : to) {
                delivery.add(event);
            }
        }
    }

    synchronized void add(ConnectionListener listener) {
        List<Delivery> next = new ArrayList<>(List.of(deliveries));
        next.add(new Delivery(listener));
        deliveries = next.toArray(Delivery[]::new);
    }

    synchronized void remove(ConnectionListener listener) {
        List<Delivery> next = new ArrayList<>(List.of(deliveries));
        next.removeIf(delivery -> delivery.listener == listener && delivery.stop());
        deliveries = next.toArray(Delivery[]::new);
    }

    /** Ends all deliveries, after what was told so far. */
    @Override
    public synchronized void close() {
        for (Delivery delivery : deliveries) {
            delivery.stop();
        }
        deliveries = new Delivery[0];
    }

    private final class Delivery implements Runnable {
        private final ConnectionListener listener;
        private final EventRing<Happened> ring = new EventRing<>(RING);
        private final Thread thread;
        private volatile boolean asleep;
        private volatile boolean stopped;
        private boolean failed;

        private Delivery(ConnectionListener listener) {
            this.listener = listener;
            thread = new Thread(this, "nearzero-ingress-events");
            thread.setDaemon(true);
            thread.start();
        }

        private void add(Happened event) {
            ring.add(event);
            if (asleep) {
                asleep = false;
                LockSupport.unpark(thread);
            }
        }

        private boolean stop() {
            stopped = true;
            LockSupport.unpark(thread);
            return true;
        }

        @Override
        public void run() {
            List<Happened> batch = new ArrayList<>(BATCH);
            while (true) {
                long lost = ring.drain(batch, BATCH);
                if (!batch.isEmpty()) {
                    boolean more = batch.size() == BATCH;
                    deliver(batch, lost);
                    batch.clear();
                    if (!more && !stopped) {
                        LockSupport.parkNanos(this, REST_NANOS);
                    }
                } else if (stopped) {
                    return;
                } else {
                    asleep = true;
                    if (ring.isEmpty() && !stopped) {
                        LockSupport.park(this);
                    }
                    asleep = false;
                }
            }
        }

        private void deliver(List<Happened> batch, long lost) {
            long nanos = System.nanoTime(); // before the clock is read: no event is said to be older than it is
            Instant now = clock.instant();
            try {
                listener.onEvents(
                        batch.stream().map(event -> event.toEvent(now, nanos)).toList(), lost);
                failed = false;
            } catch (RuntimeException | Error e) { // of all kinds: it is a plugin, and is told on
                if (!failed) {
                    failed = true;
                    LOG.warn("connection listener failed listener={}", listener, e);
                }
            }
        }
    }
}
