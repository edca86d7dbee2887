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

    /** The way to the homebase that has to answer; null if it is not waited for. */
    private Backend watched;

    Patience(Exchange exchange) {
        this.exchange = exchange;
    }

    boolean isFor(Awaited what) {
        return awaited == what;
    }

    /** Waits for this from now on, and for nothing else. */
    void begin(Awaited what) {
        watch(what == Awaited.RESPONSE || what == Awaited.INSTANCE_TAKING);
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
        watch(false);
        awaited = Awaited.NOTHING;
        clear();
    }

    private void watch(boolean answer) {
        Backend now = answer && exchange.isRelayed() ? (Backend) exchange.instance() : null;
        if (now != watched) {
            if (watched != null) {
                watched.pulse().end(exchange);
            }
            watched = now;
            if (now != null) {
                now.pulse().begin(exchange);
            }
        }
    }

    @Override
    protected void due(long now) {
        Awaited missed = awaited;
        watch(false);
        awaited = Awaited.NOTHING;
        exchange.timedOut(missed);
    }
}
