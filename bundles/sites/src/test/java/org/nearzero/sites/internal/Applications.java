package org.nearzero.sites.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.model.ReadinessPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.api.model.ZoneId;

/** Applications for tests. */
final class Applications {
    private Applications() {}

    /** One that moves at 3 sessions and comes back at 1, at once. */
    static Application moving(String name, OnHomebaseLost onHomebaseLost) {
        return application(
                name,
                Optional.empty(),
                Optional.of(new MigrationPolicy(
                        3, Duration.ZERO, 1, Duration.ZERO, Set.of(), 10, Duration.ofMillis(100), onHomebaseLost)));
    }

    static Application moving(String name) {
        return moving(name, OnHomebaseLost.KEEP);
    }

    /** One whose developer wants its homebase in a zone. */
    static Application in(String zone, String name) {
        return application(name, Optional.of(new ZoneId(zone)), Optional.empty());
    }

    private static Application application(String name, Optional<ZoneId> zone, Optional<MigrationPolicy> migration) {
        return new Application(
                new AppId(name),
                "acme",
                "1",
                new Artefact("acme/" + name + ":1"),
                List.of(),
                Map.of(),
                8080,
                Resources.DEFAULT,
                new ServerlessPolicy(
                        List.of(new RouteMatch(name + ".example", "/")),
                        ScalingPolicy.DEFAULT,
                        Duration.ofSeconds(60),
                        ReadinessPolicy.TCP,
                        zone,
                        migration));
    }
}
