package org.nearzero.api.ingress;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.QueuePolicy;
import org.nearzero.api.model.RouteMatch;

/**
 * Where the connections of one application go. Level-triggered: each one carries the whole truth and replaces the one before in
 * a single swap.
 *
 * @param appId whose
 * @param revision rises with every change; the ingress ignores a lower one than it has
 * @param matches which requests are the application's
 * @param maxConnectionsPerInstance the hard limit, at least 1
 * @param queue bounds on the connections that wait
 * @param sessionIdleTimeout how long after a device's last connection its session ends
 * @param targets the instances; may be empty
 * @param otherwise what becomes of a connection for which no target has room
 */
public record Routes(
        AppId appId,
        long revision,
        List<RouteMatch> matches,
        int maxConnectionsPerInstance,
        QueuePolicy queue,
        Duration sessionIdleTimeout,
        List<Target> targets,
        Otherwise otherwise) {
    public Routes {
        requireNonNull(appId, "appId");
        matches = List.copyOf(matches);
        if (maxConnectionsPerInstance < 1) {
            throw new IllegalArgumentException(
                    "maxConnectionsPerInstance: " + maxConnectionsPerInstance + " (expected: >= 1)");
        }
        requireNonNull(queue, "queue");
        requireNonNull(sessionIdleTimeout, "sessionIdleTimeout");
        targets = List.copyOf(targets);
        requireNonNull(otherwise, "otherwise");
    }

    /**
     * One instance that carries connections.
     *
     * @param appInstanceId its name
     * @param endpoint where it accepts them
     * @param admission whether it takes new ones
     */
    public record Target(AppInstanceId appInstanceId, Endpoint endpoint, Admission admission) {
        public Target {
            requireNonNull(appInstanceId, "appInstanceId");
            requireNonNull(endpoint, "endpoint");
            requireNonNull(admission, "admission");
        }
    }

    /** Whether a target takes new connections. */
    public enum Admission {
        /** Takes new connections up to the limit. */
        OPEN,
        /** Takes none; those it has go on undisturbed. May be opened again. */
        DRAINING
    }

    /** What becomes of a connection for which no target has room. */
    public sealed interface Otherwise permits Park, Refuse, Relay {}

    /** It waits, within the bounds of the queue: room is being made, or will be as soon as somebody waits. */
    public record Park() implements Otherwise {}

    /**
     * Those that wait are answered 503 at once, and so are new ones until {@code retryAt}; from then on they wait again, and
     * their waiting makes the orchestrator try again.
     *
     * @param reason why, for a person: goes into the answer
     * @param retryAt when trying again can help
     */
    public record Refuse(String reason, Instant retryAt) implements Otherwise {
        public Refuse {
            requireNonNull(reason, "reason");
            requireNonNull(retryAt, "retryAt");
        }
    }

    /**
     * It goes to the ingress of the homebase, which has an instance, or room to wait for one. A connection that no site can be
     * reached for is answered 503.
     *
     * @param homebase which site
     * @param doors where its ingress accepts connections of peers, tried in this order; at least one
     */
    public record Relay(PopId homebase, List<Endpoint> doors) implements Otherwise {
        public Relay {
            requireNonNull(homebase, "homebase");
            doors = List.copyOf(doors);
            if (doors.isEmpty()) {
                throw new IllegalArgumentException("doors: none (expected: at least one)");
            }
        }
    }
}
