package org.nearzero.policy.core;

import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.ScalingPolicy;

/**
 * What the connections of this moment need.
 *
 * @param connections in flight and waiting, at least 0
 * @param limit connections that one instance carries
 * @param instances {@code ceil(connections / limit)}, at most {@link Integer#MAX_VALUE}
 */
record Need(long connections, int limit, int instances) {
    static Need of(Demand demand, ScalingPolicy scaling) {
        // In long arithmetic: Demand.connections() is an int sum, and two large ints would wrap to "nobody there".
        long connections = (long) Math.max(0, demand.inFlight()) + Math.max(0, demand.waiting());
        int limit = scaling.maxConnectionsPerInstance();
        return new Need(connections, limit, (int) Math.min(Integer.MAX_VALUE, (connections + limit - 1) / limit));
    }

    String text() {
        if (connections == 0) {
            return "no connections";
        }
        return Words.count(connections, "connection") + " / " + limit + " per instance = " + instances;
    }
}
