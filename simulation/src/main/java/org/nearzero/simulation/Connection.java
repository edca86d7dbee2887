package org.nearzero.simulation;

import org.nearzero.api.model.AppInstanceId;

/** One request of a user's, or a long connection, from when it is made until it ends. */
final class Connection {
    final User user;
    final SimulatedApplication entry;
    final long beganNanos;
    final long lastsNanos;
    boolean over;

    /** Where it waits or is served; differs from the entry if it is relayed. */
    SimulatedApplication at;

    AppInstanceId on;
    boolean relayed;
    long waitingSince;

    Connection(User user, SimulatedApplication entry, long beganNanos, long lastsNanos) {
        this.user = user;
        this.entry = entry;
        this.beganNanos = beganNanos;
        this.lastsNanos = lastsNanos;
    }
}
