package org.nearzero.orchestrator.testing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.QueuePolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.api.orchestrator.Placement;

/** Applications for tests. */
public final class TestApps {
    public static final Duration DELAY = Duration.ofSeconds(5);
    public static final Duration STARTUP = Duration.ofSeconds(20);

    public static final PopId HOMEBASE = new PopId("hb");
    public static final List<Endpoint> DOORS = List.of(new Endpoint("127.0.0.1", 9443));
    public static final Duration DRAIN = Duration.ofSeconds(30);
    public static final Placement RELAY = new Placement.Relay(HOMEBASE, DOORS, DRAIN);
    public static final Placement SERVE = new Placement.Serve(HOMEBASE, DOORS, DRAIN);

    private TestApps() {}

    /** 10 connections an instance, 0 to 8 instances. */
    public static Application app(String name) {
        return app(name, "acme/" + name + ":1", 10, 0, 8);
    }

    public static Application app(String name, String image, int limit, int min, int max) {
        return app(name, image, new ScalingPolicy(limit, min, max, DELAY, Duration.ZERO, STARTUP, QueuePolicy.DEFAULT));
    }

    public static Application app(String name, String image, ScalingPolicy scaling) {
        return new Application(
                new AppId(name),
                "acme",
                "1",
                new Artefact(image),
                List.of(),
                Map.of(),
                8080,
                new Resources(100, 64L << 20, 64),
                new ServerlessPolicy(List.of(new RouteMatch(name + ".example", "/")), scaling));
    }
}
