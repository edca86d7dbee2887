package org.nearzero.ingress.core;

import java.util.List;
import java.util.Map;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.ingress.Routes.Relay;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;

/**
 * Where the connections of one application can go: to the open instances, or, while there is none, to the homebase. Slots are
 * taken and given back by any number of threads at once; the rest is for one at a time, which has the gate's lock.
 */
final class Ways {
    private final Fleet fleet;
    private final Relays relays;
    private volatile Instance[] open = {};

    Ways(AppId app, Surroundings surroundings) {
        fleet = new Fleet((target, limit) -> surroundings.instance(app, target, limit));
        relays = new Relays(surroundings.maxRelayed(), relay -> surroundings.relay(app, relay));
    }

    // ---- for any number of threads

    /** Whether connections are relayed now, unless as many are as may. */
    boolean isRelaying() {
        return open.length == 0 && relays.isOpen();
    }

    /** A slot on an instance, taken; null if there is none. */
    Instance acquireInstance(long now) {
        return Choice.acquire(open, now);
    }

    /** A slot on the way to the homebase, taken for a ticket; null if there is none. */
    Instance acquireRelay(Ticket ticket) {
        return relays.acquire(ticket, null);
    }

    /** Either, leaving one out. */
    Instance acquire(Ticket ticket, Instance except, long now) {
        Instance[] instances = open;
        return instances.length > 0 ? Choice.acquire(instances, except, now) : relays.acquire(ticket, except);
    }

    /** @return whether it was the last one on an instance, or a relay, that takes no more */
    boolean giveBack(Ticket ticket, Instance instance) {
        return instance.isRelay() ? relays.release(ticket, instance) : instance.release();
    }

    /** Those that are relayed. */
    Iterable<Ticket> relayed() {
        return relays.carried();
    }

    // ---- for one at a time

    /** A way is opened before another is closed: who comes at that moment finds one. */
    void assign(Routes routes) {
        boolean opens = routes.otherwise() instanceof Relay;
        if (opens) {
            relays.assign(routes.otherwise());
        }
        open = fleet.assign(routes.targets(), routes.maxConnectionsPerInstance());
        if (!opens) {
            relays.assign(routes.otherwise());
        }
    }

    /** Closes all of them. */
    void withdraw() {
        open = fleet.assign(List.of(), 1);
        relays.withdraw();
    }

    /** Forgets what is over. */
    void tidy() {
        open = fleet.tidy();
        relays.tidy();
    }

    /** Closes an instance if it is empty. @return whether it is closed */
    boolean retire(AppInstanceId instance) {
        boolean closed = fleet.retire(instance);
        open = fleet.open();
        return closed;
    }

    /** Whether what takes none any more is empty, which was not so when the demand was last read. */
    boolean isEmptiedSinceRead() {
        return fleet.isEmptiedSinceRead() || relays.isEmptiedSinceRead();
    }

    /** Why one more is not relayed; null if it is. */
    Refusal refusal() {
        return relays.refusal();
    }

    /** Connections in flight on each instance. */
    Map<AppInstanceId, Integer> inFlight() {
        return fleet.inFlight();
    }

    /** How many are relayed. */
    int relayedNow() {
        return relays.taken();
    }

    /** The same, which somebody acts on. */
    int readRelayed() {
        return relays.read();
    }
}
