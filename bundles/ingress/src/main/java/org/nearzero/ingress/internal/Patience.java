package org.nearzero.ingress.internal;

import org.nearzero.ingress.core.Deadlines;

/** The one deadline that an exchange has at a time, and what it waits for. One I/O thread. */
final class Patience extends Deadlines.Entry {
    /** What is waited for. */
    enum Awaited {
        NOTHING,
        CONNECTION,
        BODY,
        INSTANCE_TAKING,
        RESPONSE,
        CLIENT_TAKING
    }

    private final Exchange exchange;
    private Awaited awaited = Awaited.NOTHING;

    Patience(Exchange exchange) {
        this.exchange = exchange;
    }

    boolean isFor(Awaited what) {
        return awaited == what;
    }

    /** Waits for this from now on, and for nothing else. */
    void begin(Awaited what) {
        awaited = what;
        Loop loop = exchange.loop;
        Loop.Timed list =
                switch (what) {
                    case CONNECTION -> exchange.isRelayed() ? loop.relayConnect : loop.connect;
                    case BODY -> loop.body;
                    case CLIENT_TAKING -> loop.write;
                    // The homebase may let it wait for room first.
                    default -> exchange.isRelayed() ? loop.relayResponse(exchange.gate.queueDeadline()) : loop.response;
                };
        list.set(this, System.nanoTime());
    }

    void end() {
        awaited = Awaited.NOTHING;
        clear();
    }

    @Override
    protected void due(long now) {
        Awaited missed = awaited;
        awaited = Awaited.NOTHING;
        exchange.timedOut(missed);
    }
}
