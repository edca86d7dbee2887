package org.nearzero.ingress.testing.admission;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.QueuePolicy;
import org.nearzero.api.model.RouteMatch;

/** The routes of an application, changed a little from one to the next: each {@link #routes()} has the next revision. */
public final class RouteSheet {
    private static final AtomicLong REVISIONS = new AtomicLong();

    private final AppId app;
    private final List<RouteMatch> matches = new ArrayList<>();
    private int limit = 100;
    private QueuePolicy queue = new QueuePolicy(10_000, 64L << 20, Duration.ofMinutes(10));
    private Duration idle = Duration.ofMinutes(5);
    private List<Target> targets = List.of();
    private Routes.Otherwise otherwise = new Routes.Park();

    private RouteSheet(AppId app) {
        this.app = app;
    }

    /** An application without a match, and without an instance. */
    public static RouteSheet of(String app) {
        return new RouteSheet(new AppId(app));
    }

    /** The application {@code shop} at {@link DeviceConnection#HOST}, without an instance: connections wait, long. */
    public static RouteSheet shop() {
        return of("shop").at(DeviceConnection.HOST, "/");
    }

    public RouteSheet at(String host, String pathPrefix) {
        matches.add(new RouteMatch(host, pathPrefix));
        return this;
    }

    public RouteSheet limit(int perInstance) {
        limit = perInstance;
        return this;
    }

    public RouteSheet queue(int maxConnections, long maxBytes, Duration deadline) {
        queue = new QueuePolicy(maxConnections, maxBytes, deadline);
        return this;
    }

    public RouteSheet idle(Duration timeout) {
        idle = timeout;
        return this;
    }

    public RouteSheet to(Target... named) {
        return to(List.of(named));
    }

    public RouteSheet to(List<Target> named) {
        targets = List.copyOf(named);
        return this;
    }

    public RouteSheet refuse(String reason, Instant retryAt) {
        otherwise = new Routes.Refuse(reason, retryAt);
        return this;
    }

    /** To the homebase, as long as no instance here is open. */
    public RouteSheet relay(PopId homebase, Endpoint... doors) {
        otherwise = new Routes.Relay(homebase, List.of(doors));
        return this;
    }

    public RouteSheet park() {
        otherwise = new Routes.Park();
        return this;
    }

    public AppId app() {
        return app;
    }

    /** As it is now. */
    public Routes routes() {
        return new Routes(app, REVISIONS.incrementAndGet(), matches, limit, queue, idle, targets, otherwise);
    }
}
