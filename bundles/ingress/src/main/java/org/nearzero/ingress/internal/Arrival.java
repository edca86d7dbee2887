package org.nearzero.ingress.internal;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import org.nearzero.ingress.core.Gate;
import org.nearzero.ingress.core.Refusal;
import org.nearzero.ingress.core.Ticket;

/**
 * A request from when it comes in until it has a slot: the beginning of its body is asked for and read, then it is admitted or
 * refused, perhaps after a wait.
 *
 * <p>All on the I/O thread that accepted the client, but for {@link #admitted} and {@link #refused}, which only hand over.
 */
abstract class Arrival extends Ticket implements Runnable {
    final Door door;
    final HttpServerExchange client;
    final Request request;
    final Loop loop;
    final Gate gate;

    private final String device;
    private boolean waiting;

    Arrival(Door door, HttpServerExchange client, Request request, Gate gate, String device, Loop loop) {
        this.door = door;
        this.client = client;
        this.request = request;
        this.gate = gate;
        this.device = device;
        this.loop = loop;
    }

    /** Reads the beginning of the body; to be followed by {@link #arrive}. */
    abstract void readAhead();

    /** How many bytes of the body are held. */
    abstract int held();

    /** Watches from now on whether the client goes. */
    abstract void watchClient();

    /** It has a slot. */
    abstract void connect();

    /** It ends with an answer of our own. */
    abstract void answer(Answer answer);

    /** It ends without one. */
    abstract void abort();

    /** Whether it has ended. */
    abstract boolean isOver();

    @Override
    public final void run() {
        RequestBody body = request.body();
        if (body == null) {
            arrive();
            return;
        }
        body.open();
        if (request.expectsContinue()) {
            Refusal refusal = gate.wouldRefuse(System.nanoTime());
            if (refusal != null && !refusal.known()) {
                answer(door.toAnswer(refusal, gate.app()));
                return;
            }
            if (!Interim.send(connection(), Interim.CONTINUE)) {
                abort();
                return;
            }
        }
        readAhead();
    }

    /** Asks for a slot. */
    final void arrive() {
        watchClient();
        waiting = true;
        if (gate.arrive(this, System.nanoTime())) {
            waiting = false;
            connect();
        }
    }

    /** Whether it has not asked for a slot yet. */
    final boolean isBeforeArrival() {
        return !waiting && instance() == null;
    }

    /** Whether it has asked for a slot and has no answer yet. */
    final boolean isWaiting() {
        return waiting;
    }

    /** It waits no more, if it did. */
    final void leaveLine() {
        if (waiting) {
            waiting = false;
            gate.abandon(this, System.nanoTime());
        }
    }

    /** Whether it goes to the homebase. */
    final boolean isRelayed() {
        return instance() != null && instance().isRelay();
    }

    /** What the homebase is told of it; null if it goes to an instance. */
    final RequestHead.Relayed relayedAs() {
        return isRelayed()
                ? new RequestHead.Relayed(
                        device(),
                        Hops.with(
                                client.getRequestHeaders(),
                                isFromPeer(),
                                door.peers().self()))
                : null;
    }

    /** Who answers it, for a person. */
    final String other() {
        return isRelayed() ? "the homebase " + instance().relay().homebase() : "the instance";
    }

    @Override
    protected final String device() {
        return device;
    }

    @Override
    protected final boolean isFromPeer() {
        return request.peer().site != null;
    }

    /** What a parked request holds: its head about as it came, and what was read of its body. */
    @Override
    protected final long weight() {
        long bytes = client.getRequestURI().length() + client.getQueryString().length() + held();
        HeaderMap fields = client.getRequestHeaders();
        for (long c = fields.fastIterateNonEmpty(); c != -1L; c = fields.fiNextNonEmpty(c)) {
            HeaderValues values = fields.fiCurrent(c);
            for (int i = 0; i < values.size(); i++) {
                bytes += values.getHeaderName().length() + values.get(i).length() + 4;
            }
        }
        return bytes;
    }

    @Override
    protected final void admitted() {
        if (!loop.execute(this::admittedAfterWait)) {
            gate.release(this, System.nanoTime());
        }
    }

    @Override
    protected final void refused(Refusal refusal) {
        loop.execute(() -> {
            waiting = false;
            if (!isOver()) {
                answer(door.toAnswer(refusal, gate.app()));
            }
        });
    }

    private void admittedAfterWait() {
        waiting = false;
        if (isOver()) {
            gate.release(this, System.nanoTime());
        } else {
            connect();
        }
    }

    final HttpServerConnection connection() {
        return (HttpServerConnection) client.getConnection();
    }
}
