package org.nearzero.policy.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Peak;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstance;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.Cap;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.QueuePolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.api.model.Usage;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;

/** Values for tests, in as few words as possible. */
public final class Given {
    public static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    public static final String IMAGE = "acme/shop:7";
    public static final AppId SHOP = new AppId("shop");

    private Given() {}

    public static ScalingPolicy scaling(int limit, int min, int max, int delaySeconds, int windowSeconds) {
        return new ScalingPolicy(
                limit,
                min,
                max,
                Duration.ofSeconds(delaySeconds),
                Duration.ofSeconds(windowSeconds),
                Duration.ofSeconds(60),
                QueuePolicy.DEFAULT);
    }

    public static Policies policies(ScalingPolicy scaling) {
        return policies(scaling, OperatorPolicy.UNLIMITED);
    }

    public static Policies policies(ScalingPolicy scaling, OperatorPolicy operator) {
        return new Policies(scaling, operator, IMAGE, Resources.DEFAULT, Usage.NONE, Usage.NONE);
    }

    public static OperatorPolicy site(Cap cap) {
        return new OperatorPolicy(Cap.UNLIMITED, Cap.UNLIMITED, cap, List.of());
    }

    public static Cap instances(int most) {
        return new Cap(most, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    public static Cap cpu(long millis) {
        return new Cap(Integer.MAX_VALUE, millis, Long.MAX_VALUE);
    }

    public static Cap memory(long bytes) {
        return new Cap(Integer.MAX_VALUE, Long.MAX_VALUE, bytes);
    }

    public static Demand demand(int inFlight, int waiting, Peak... recent) {
        return new Demand(SHOP, inFlight, waiting, 0, 0, 0, Map.of(), List.of(recent));
    }

    public static Peak peak(int connections, String until) {
        return new Peak(connections, at(until));
    }

    /** Some time on the day of {@link #NOON}. */
    public static Instant at(String time) {
        return Instant.parse("2026-01-01T" + time + "Z");
    }

    /** Instances old enough for no stabilization window to matter. */
    public static Observed observed(AppInstanceStatus... statuses) {
        List<AppInstance> instances = new ArrayList<>();
        for (AppInstanceStatus status : statuses) {
            instances.add(instance(instances.size(), status, NOON.minus(Duration.ofDays(2))));
        }
        return new Observed(instances);
    }

    public static Observed ready(int count, Instant createdAt) {
        List<AppInstance> instances = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            instances.add(instance(i, AppInstanceStatus.READY, createdAt));
        }
        return new Observed(instances);
    }

    public static AppInstance instance(int number, AppInstanceStatus status, Instant createdAt) {
        return new AppInstance(
                new AppInstanceId("shop.i" + number),
                SHOP,
                "g1",
                "process",
                status,
                Optional.empty(),
                createdAt,
                createdAt,
                "");
    }

    public static Application application(String imagePath, Resources each, ScalingPolicy scaling) {
        return new Application(
                SHOP,
                "acme",
                "1",
                new Artefact(imagePath),
                List.of(),
                Map.of(),
                8080,
                each,
                new ServerlessPolicy(List.of(new RouteMatch("shop.example", "/")), scaling));
    }
}
