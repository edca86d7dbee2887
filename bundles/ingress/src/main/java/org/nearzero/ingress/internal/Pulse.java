package org.nearzero.ingress.internal;

import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.ingress.core.Deadlines;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.StreamConnection;

/**
 * Whether a homebase still lives while requests wait for its answers. It may hold them as long as it likes, for a cold start say; but
 * its door must go on making handshakes. So as long as somebody waits and nothing is heard of it for half of the time that a door has for
 * a connection, a connection of its own is tried, and closed. If nothing comes at any door, the way is cut: the requests that were
 * sent before are told so, instead of waiting for the end of the response timeout. {@link #begin}, {@link #end} and {@link #giveUp}:
 * any thread.
 */
final class Pulse {
    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);

    private final Backend way;

    /** Those that wait for an answer, and since when. */
    private final Map<Exchange, Long> waiting = new ConcurrentHashMap<>();

    private final AtomicBoolean watched = new AtomicBoolean();

    Pulse(Backend way) {
        this.way = way;
    }

    /** A request waits for the homebase from now on. On its I/O thread. */
    void begin(Exchange exchange) {
        waiting.put(exchange, System.nanoTime());
        watch(exchange);
    }

    /** It does not any more. */
    void end(Exchange exchange) {
        waiting.remove(exchange);
    }

    private void watch(Exchange exchange) {
        if (watched.compareAndSet(false, true)) {
            new Watch(exchange.loop, exchange.door.peers(), exchange.gate.app()).later();
        }
    }

    /** Nothing was heard since then, at no door: whoever has waited for longer waits in vain. */
    void giveUp(String why, long since) {
        waiting.forEach((exchange, from) -> {
            if (from - since < 0 && waiting.remove(exchange, from)) {
                exchange.loop.execute(() -> exchange.silent(way, why));
            }
        });
    }

    /** Looks after it as long as somebody waits. On the thread of the one who was first. Due when a door has not answered. */
    private final class Watch extends Deadlines.Entry implements Attempt.Ended {
        private final Loop loop;
        private final Peers peers;
        private final AppId app;
        private Deque<Endpoint> doors;
        private Attempt attempt;
        private long begunAt;

        private Watch(Loop loop, Peers peers, AppId app) {
            this.loop = loop;
            this.peers = peers;
            this.app = app;
        }

        private void later() {
            try {
                loop.thread.executeAfter(this::look, loop.relayConnect.afterNanos() / 2, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                // The thread ends, and with it all connections of this site.
            }
        }

        private void look() {
            if (waiting.isEmpty()) {
                watched.set(false);
                waiting.keySet().stream().findAny().ifPresent(Pulse.this::watch); // who came at this moment
            } else if (way.silence().isHeardSince(System.nanoTime() - loop.relayConnect.afterNanos() / 2)) {
                later();
            } else {
                begunAt = System.nanoTime();
                doors = way.doors(begunAt);
                next();
            }
        }

        private void next() {
            attempt = new Attempt(loop, peers, way, doors.poll(), this);
            loop.relayConnect.set(this, System.nanoTime());
            attempt.start();
        }

        @Override
        protected void due(long now) {
            attempt.giveUp();
            if (!doors.isEmpty()) {
                next();
                return;
            }
            String why = attempt.endpoint + ": no answer within the connect timeout";
            if (way.silent(why, begunAt)) {
                LOG.warn(
                        "a homebase is silent app={} peer={} {}",
                        app,
                        way.relay().homebase(),
                        why);
            }
            later();
        }

        @Override
        public void connected(Attempt ended, StreamConnection connection) {
            clear();
            new Upstream(loop, way, connection).close();
            later();
        }

        /** It said no, or its machine did: it will do the same to whoever waits on an old connection. */
        @Override
        public void failed(Attempt ended, String why) {
            clear();
            later();
        }
    }
}
