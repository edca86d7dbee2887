package org.nearzero.orchestrator.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.RouteMatch;

/** Which application has which route: each route has one owner. One thread writes; any may read. */
public final class RouteTable {
    private final Map<RouteMatch, AppId> owners = new ConcurrentHashMap<>();
    private final Map<AppId, List<RouteMatch>> owned = new ConcurrentHashMap<>();

    /** A route that somebody else has already, and who. */
    public record Conflict(RouteMatch route, AppId owner) {}

    /** The first of an application's routes that another application has; empty if it may have them all. */
    public Optional<Conflict> conflict(AppId app, List<RouteMatch> routes) {
        return routes.stream()
                .filter(route -> !owners.getOrDefault(route, app).equals(app))
                .map(route -> new Conflict(route, owners.get(route)))
                .findFirst();
    }

    /** Gives an application these routes and no others. @throws IllegalStateException if another has one of them */
    public void assign(AppId app, List<RouteMatch> routes) {
        conflict(app, routes).ifPresent(conflict -> {
            throw new IllegalStateException("route " + conflict.route() + " belongs to " + conflict.owner());
        });
        release(app);
        routes.forEach(route -> owners.put(route, app));
        owned.put(app, List.copyOf(routes));
    }

    /** Takes all routes of an application back. */
    public void release(AppId app) {
        List<RouteMatch> its = owned.remove(app);
        if (its != null) {
            its.forEach(owners::remove);
        }
    }
}
