package org.nearzero.sites.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.ReadinessPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.api.model.ZoneId;
import org.nearzero.api.sites.Assignment.Role;
import org.nearzero.api.sites.PointOfPresence.Availability;
import org.nearzero.api.sites.SiteReport;

/** Values for tests, in as few words as possible. */
final class Given {
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    static final AppId SHOP = new AppId("shop");
    static final PopId HOME = pop(1);
    static final PopId EDGE = pop(2);
    static final ZoneId ZONE = new ZoneId("zone-1");

    private Given() {}

    static Instant noonPlus(long seconds) {
        return NOON.plusSeconds(seconds);
    }

    static PopId pop(int number) {
        return new PopId("pop-" + number);
    }

    /** 10 sessions for 10 s, back at 3, 60 s cooldown, unless said otherwise. */
    static MigrationPolicy policy(int most, OnHomebaseLost lost) {
        return new MigrationPolicy(
                10, Duration.ofSeconds(10), 3, Duration.ofSeconds(60), Set.of(), most, Duration.ofMinutes(1), lost);
    }

    static MigrationPolicy policy() {
        return policy(10, OnHomebaseLost.KEEP);
    }

    static Application application(String version, Optional<MigrationPolicy> policy) {
        return application(version, policy, Optional.empty());
    }

    static Application application(String version, Optional<MigrationPolicy> policy, Optional<ZoneId> homebase) {
        return new Application(
                SHOP,
                "acme",
                version,
                new Artefact("acme/shop:" + version),
                List.of(),
                Map.of(),
                8080,
                Resources.DEFAULT,
                new ServerlessPolicy(
                        List.of(new RouteMatch("shop.example", "/")),
                        ScalingPolicy.DEFAULT,
                        Duration.ofSeconds(60),
                        ReadinessPolicy.TCP,
                        homebase,
                        policy));
    }

    static Member member(int number, long incarnation) {
        return Member.of(pop(number), ZONE, List.of(new Endpoint("10.0.0." + number, 7443)), List.of(), incarnation);
    }

    static Standing standing(Availability availability, boolean reachable) {
        return new Standing(EDGE, ZONE, availability, reachable);
    }

    static Standing active() {
        return standing(Availability.ACTIVE, true);
    }

    static Bounds bounds(Role wanted, Instant decidedAt) {
        return new Bounds(active(), wanted, decidedAt, Bounds.Place.FREE, Integer.MAX_VALUE);
    }

    /** What {@link #EDGE} reports. */
    static SiteReport report(long epoch, long sequence, int sessions, int connections, int relayed, int ready) {
        return new SiteReport(EDGE, SHOP, epoch, sequence, sessions, sessions, connections, relayed, ready, 0, "");
    }
}
