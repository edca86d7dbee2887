package org.nearzero.management.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.QueuePolicy;
import org.nearzero.api.model.ReadinessPolicy;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.api.model.ZoneId;

/** Reads a manifest's {@code serverlessPolicy}; what is left out is as the values' own defaults say. */
final class PolicyReader {
    private static final RouteMatch SOMEWHERE = new RouteMatch("placeholder.invalid", "/");

    private final Findings findings;

    PolicyReader(Findings findings) {
        this.findings = findings;
    }

    ServerlessPolicy read(Section policy, boolean given) {
        List<RouteMatch> routes = routes(policy, given);
        ScalingPolicy scaling = scaling(policy.section("scaling"));
        Duration idle = policy.duration("sessionIdleTimeout", ServerlessPolicy.DEFAULT_SESSION_IDLE_TIMEOUT);
        ReadinessPolicy readiness = readiness(policy.section("readiness"));
        MigrationReader reader = new MigrationReader(findings);
        Optional<ZoneId> homebase = reader.homebaseZone(policy);
        Optional<MigrationPolicy> migration = reader.migration(policy);
        policy.end();
        return findings.make(
                new ServerlessPolicy(List.of(SOMEWHERE), ScalingPolicy.DEFAULT),
                () -> new ServerlessPolicy(routes, scaling, idle, readiness, homebase, migration),
                field -> new Findings.At(policy, field));
    }

    /** The routes without those that are wrong or given twice; a placeholder if none is left, so that reading goes on. */
    private List<RouteMatch> routes(Section policy, boolean given) {
        List<Section> sections = policy.sections("routes");
        Map<RouteMatch, Section> seen = new LinkedHashMap<>();
        for (Section section : sections) {
            String host = section.text("host", "*");
            String pathPrefix = section.text("pathPrefix", "/");
            section.end();
            RouteMatch route = findings.make(
                    SOMEWHERE, () -> new RouteMatch(host, pathPrefix), field -> new Findings.At(section, field));
            Section before = route == SOMEWHERE ? null : seen.putIfAbsent(route, section);
            if (before != null) {
                section.problem("", route.toString(), "no route twice; it stands in line " + before.line("", ""));
            }
        }
        if (given && sections.isEmpty() && !policy.has("routes")) {
            policy.problem("routes", "", "1 to 64 routes, each a host or a pathPrefix");
        }
        return seen.isEmpty() ? List.of(SOMEWHERE) : new ArrayList<>(seen.keySet());
    }

    private ScalingPolicy scaling(Section scaling) {
        ScalingPolicy defaults = ScalingPolicy.DEFAULT;
        int maxConnections = scaling.count("maxConnectionsPerInstance", defaults.maxConnectionsPerInstance());
        int minInstances = scaling.count("minInstances", defaults.minInstances());
        int maxInstances = scaling.count("maxInstances", defaults.maxInstances());
        Duration scaleInDelay = scaling.duration("scaleInDelay", defaults.scaleInDelay());
        Duration stabilization = scaling.duration("stabilizationWindow", defaults.stabilizationWindow());
        Duration startup = scaling.duration("startupDeadline", defaults.startupDeadline());
        QueuePolicy queue = queue(scaling.section("queue"));
        scaling.end();
        return findings.make(
                defaults,
                () -> new ScalingPolicy(
                        maxConnections, minInstances, maxInstances, scaleInDelay, stabilization, startup, queue),
                field -> new Findings.At(scaling, field));
    }

    private QueuePolicy queue(Section queue) {
        QueuePolicy defaults = QueuePolicy.DEFAULT;
        int maxConnections = queue.count("maxConnections", defaults.maxConnections());
        long maxBytes = queue.amount("maxBytes", Quantity.BYTES, defaults.maxBytes());
        Duration deadline = queue.duration("deadline", defaults.deadline());
        queue.end();
        return findings.make(
                defaults,
                () -> new QueuePolicy(maxConnections, maxBytes, deadline),
                field -> new Findings.At(queue, field));
    }

    private ReadinessPolicy readiness(Section readiness) {
        String httpPath = readiness.text("httpPath", "");
        readiness.end();
        return findings.make(
                ReadinessPolicy.TCP, () -> new ReadinessPolicy(httpPath), field -> new Findings.At(readiness, field));
    }
}
