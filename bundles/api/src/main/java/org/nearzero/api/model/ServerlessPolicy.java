package org.nearzero.api.model;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * A developer's whole policy for one application (spec X.4.4). The operator's policy is intersected with it before it is used.
 *
 * @param routes which requests are the application's, 1 to 64 of them, no two equal
 * @param scaling when instances come and go
 * @param sessionIdleTimeout how long after a device's last connection its session ends, 0 to 24 h
 * @param readiness how an instance shows that it can serve
 * @param homebaseZoneId the zone in which its homebase is to be; empty: as the operator chooses
 * @param migration when it follows its users to other points of presence; empty: never
 */
public record ServerlessPolicy(
        List<RouteMatch> routes,
        ScalingPolicy scaling,
        Duration sessionIdleTimeout,
        ReadinessPolicy readiness,
        Optional<ZoneId> homebaseZoneId,
        Optional<MigrationPolicy> migration) {
    /** How long a session outlives its last connection unless the policy says otherwise. */
    public static final Duration DEFAULT_SESSION_IDLE_TIMEOUT = Duration.ofSeconds(60);

    /** @throws InvalidInputException with every problem found */
    public ServerlessPolicy {
        Problems problems = Problems.check()
                .expect(
                        routes != null && !routes.isEmpty() && routes.size() <= 64,
                        "routes",
                        routes == null ? null : routes.size() + " routes",
                        "1 to 64 routes")
                .expect(scaling != null, "scaling", scaling, "a scaling policy")
                .range("sessionIdleTimeout", sessionIdleTimeout, Duration.ZERO, Duration.ofHours(24))
                .expect(readiness != null, "readiness", readiness, "a readiness policy")
                .expect(homebaseZoneId != null, "homebaseZoneId", homebaseZoneId, "a zone, or none")
                .expect(migration != null, "migration", migration, "a migration policy, or none");
        if (routes != null) {
            problems.expect(new HashSet<>(routes).size() == routes.size(), "routes", routes, "no route twice");
        }
        problems.throwIfAny();
        routes = List.copyOf(routes);
    }

    /** A policy of an application that stays where the operator puts it. */
    public ServerlessPolicy(
            List<RouteMatch> routes, ScalingPolicy scaling, Duration sessionIdleTimeout, ReadinessPolicy readiness) {
        this(routes, scaling, sessionIdleTimeout, readiness, Optional.empty(), Optional.empty());
    }

    /** A policy with the defaults for everything but its routes and scaling. */
    public ServerlessPolicy(List<RouteMatch> routes, ScalingPolicy scaling) {
        this(routes, scaling, DEFAULT_SESSION_IDLE_TIMEOUT, ReadinessPolicy.TCP);
    }
}
