package org.nearzero.ingress.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.ingress.internal.Patience.Awaited;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.StreamConnection;

/**
 * Connects an exchange to its instance: a few attempts, each at another instance if one has room. Or to its homebase: one attempt
 * at each door. Not made for an exchange that finds an idle connection. One I/O thread.
 */
final class Dial implements Attempt.Ended {
    private static final Logger LOG = LoggerFactory.getLogger(Dial.class);
    private static final int MAX_TRIES = 3;
    private static final long RETRY_AFTER_MILLIS = 50;

    private final Exchange exchange;
    private final Loop loop;
    private Attempt attempt;

    /** Those of a relay that were not tried yet. */
    private Deque<Endpoint> doors = new ArrayDeque<>();

    private int tries;

    Dial(Exchange exchange) {
        this.exchange = exchange;
        this.loop = exchange.loop;
    }

    /** Whether there may be one more attempt. */
    boolean mayTry() {
        return tries < MAX_TRIES;
    }

    /** Makes an attempt. The exchange may hear how it ends before this returns: a refusal from the same machine comes at once. */
    void start(Backend backend) {
        tries++;
        if (backend.isRelay()) {
            String silent = backend.silence().refusal();
            if (silent != null) {
                exchange.unreachable(silent);
                return;
            }
            doors = backend.doors(System.nanoTime());
            attempt(backend, doors.poll());
        } else {
            attempt(backend, backend.endpoint());
        }
    }

    private void attempt(Backend backend, Endpoint endpoint) {
        exchange.patience.begin(Awaited.CONNECTION);
        attempt = new Attempt(loop, exchange.door.peers(), backend, endpoint, this);
        attempt.start();
    }

    /** Nobody wants the connection any more. */
    void giveUp() {
        if (attempt != null) {
            attempt.giveUp();
        }
    }

    void timedOut() {
        Attempt late = attempt;
        giveUp();
        String why = "no answer within the connect timeout";
        boolean last = late.backend.isRelay() && doors.isEmpty();
        if (last) {
            late.backend.silent(late.endpoint + ": " + why, late.begunAt);
        }
        failed(late, why);
    }

    @Override
    public void connected(Attempt ended, StreamConnection connection) {
        exchange.connected(new Upstream(loop, ended.backend, connection));
    }

    @Override
    public void failed(Attempt failed, String why) {
        exchange.patience.end();
        if (failed.backend.isRelay()) {
            doorFailed(failed, why);
            return;
        }
        exchange.suspect("does not accept connections: " + why);
        if (!mayTry()) {
            exchange.unreachable(why);
        } else if (exchange.move()) {
            exchange.connect();
        } else {
            // The only one with room: it may be a matter of moments.
            loop.thread.executeAfter(this::again, RETRY_AFTER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void doorFailed(Attempt failed, String why) {
        String reason = failed.endpoint + ": " + why;
        if (failed.backend.avoidDoor(failed.endpoint, System.nanoTime())) {
            PopId homebase = failed.backend.relay().homebase();
            LOG.warn("a door of another site failed app={} peer={} {}", exchange.gate.app(), homebase, reason);
        }
        if (!doors.isEmpty()) {
            attempt(failed.backend, doors.poll());
            return;
        }
        exchange.suspect(reason);
        if (mayTry() && exchange.move()) {
            exchange.connect(); // by another way, or to an instance that has come up here
        } else {
            exchange.unreachable(reason);
        }
    }

    private void again() {
        if (!exchange.isOver()) {
            exchange.move();
            exchange.connect();
        }
    }
}
