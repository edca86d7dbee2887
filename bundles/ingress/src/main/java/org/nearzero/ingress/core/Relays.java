package org.nearzero.ingress.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.nearzero.api.ingress.Routes.Otherwise;
import org.nearzero.api.ingress.Routes.Relay;

/**
 * The ways of one application to its homebase: the one that the routes name, and those that they named once and that still carry
 * connections. The last one named is kept, for routes come back to it. Together they carry no more than a bound. {@link #acquire}
 * and {@link #release} are safe for any number of threads, the rest is not.
 */
final class Relays {
    private final Function<Relay, Instance> maker;

    /** For all of them together. */
    private final Slots room;

    private final Set<Ticket> carried = ConcurrentHashMap.newKeySet();
    private final List<Instance> ways = new ArrayList<>();

    /** The one that takes new connections; null if none does. */
    private volatile Instance open;

    /** The last one that did. */
    private Instance kept;

    private int lastRead;

    Relays(int max, Function<Relay, Instance> maker) {
        this.room = new Slots(max);
        this.maker = maker;
    }

    /** Takes new connections by the way that the routes name, if they name one. The same way is the same as before. */
    void assign(Otherwise otherwise) {
        Instance next = otherwise instanceof Relay relay ? way(relay) : null;
        kept = next == null ? kept : next;
        ways.forEach(way -> way.configure(way.limit(), way != next));
        open = next;
        tidy();
    }

    /** Takes none any more, and keeps nothing. */
    void withdraw() {
        kept = null;
        assign(null);
    }

    private Instance way(Relay relay) {
        for (Instance way : ways) {
            if (way.relay().equals(relay)) {
                return way;
            }
        }
        Instance made = maker.apply(relay);
        ways.add(made);
        return made;
    }

    /** Closes what carries nothing and is not kept. */
    void tidy() {
        ways.removeIf(way -> {
            boolean over = way != kept && way.close();
            if (over) {
                way.closed();
            }
            return over;
        });
    }

    /** Whether a way takes new connections. */
    boolean isOpen() {
        return open != null;
    }

    /** A slot, taken for a ticket, on the open way; null if there is none, it is {@code except}, or as many are relayed as may. */
    Instance acquire(Ticket ticket, Instance except) {
        Instance way = open;
        if (way == null || way == except || !room.tryAcquire()) {
            return null;
        }
        if (!way.tryAcquire()) {
            room.release(); // the routes changed at this moment
            return null;
        }
        carried.add(ticket); // before it is admitted, so that whoever ends it finds it here
        return way;
    }

    /** Gives a ticket's slot back. @return whether it was the last one of a way that takes no more */
    boolean release(Ticket ticket, Instance way) {
        if (ticket.instance() == way || !ticket.instance().isRelay()) {
            carried.remove(ticket); // unless it has moved from one way to another
        }
        room.release();
        return way.release();
    }

    /** Why one more is refused; null if it is not. */
    Refusal refusal() {
        return room.hasRoom()
                ? null
                : new Refusal(true, "as many connections are relayed to the homebase as may: " + room.limit(), 0);
    }

    /** Those that are relayed. */
    Iterable<Ticket> carried() {
        return carried;
    }

    /** How many are relayed. */
    int taken() {
        return ways.stream().mapToInt(Slots::taken).sum();
    }

    /** The same, and remembers it. */
    int read() {
        lastRead = taken();
        return lastRead;
    }

    /** Whether none is relayed nor will be, which was not so when their number was last read. */
    boolean isEmptiedSinceRead() {
        return lastRead > 0 && open == null && taken() == 0;
    }
}
