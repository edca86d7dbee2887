package org.nearzero.management.core;

import static org.nearzero.management.core.Json.object;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.ZoneId;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Deployment;
import org.nearzero.api.sites.Migration;
import org.nearzero.api.sites.PointOfPresence;
import org.nearzero.api.sites.PointOfPresence.Availability;
import org.nearzero.api.sites.SiteReport;

/** What the API tells about sites, zones, migrations, and where applications are served, as trees for {@link Json}. */
public final class SitesView {
    private static final Comparator<Migration> NEWEST_FIRST = Comparator.comparing(SitesView::begun)
            .thenComparing(Migration::migrationId)
            .reversed();

    private SitesView() {}

    /**
     * An application that is known among sites: as ever, and where it is served.
     *
     * @param status how it is doing here; empty if this site has no part in it yet
     */
    public static Map<String, Object> application(Deployment deployment, Optional<ApplicationStatus> status) {
        Map<String, Object> tree = status.map(StatusView::application)
                .orElseGet(() -> object(
                        "appId", deployment.application().appId(),
                        "appManifest", ManifestView.of(deployment.application())));
        tree.put("homebase", deployment.homebase());
        status.ifPresent(here -> tree.put("placement", placement(here.placement())));
        tree.put("pointsOfPresence", parts(deployment, status));
        return tree;
    }

    private static String placement(Placement placement) {
        return placement.getClass().getSimpleName().toUpperCase(Locale.ROOT);
    }

    /** What each site does for the application, the homebase first, then by name. */
    private static List<Map<String, Object>> parts(Deployment deployment, Optional<ApplicationStatus> here) {
        Map<PopId, Optional<Assignment>> assigned = new TreeMap<>();
        Map<PopId, SiteReport> reports = new TreeMap<>();
        deployment.reports().forEach(report -> {
            reports.put(report.popId(), report);
            assigned.put(report.popId(), Optional.empty());
        });
        deployment.assignments().forEach(assignment -> assigned.put(assignment.popId(), Optional.of(assignment)));
        assigned.remove(deployment.homebase());
        List<Map<String, Object>> parts = new ArrayList<>();
        parts.add(homebase(deployment, here, reports));
        assigned.forEach((pop, assignment) -> parts.add(object(
                "popId",
                pop,
                "role",
                assignment.map(Assignment::role),
                "epoch",
                assignment.map(Assignment::epoch),
                "figures",
                Optional.ofNullable(reports.get(pop)).map(SitesView::figures),
                "reason",
                assignment.map(Assignment::reason))));
        parts.forEach(SitesView::flatten);
        return parts;
    }

    /** At the homebase itself its own orchestrator knows best; elsewhere there may be a report of it, or nothing. */
    private static Map<String, Object> homebase(
            Deployment deployment, Optional<ApplicationStatus> here, Map<PopId, SiteReport> reports) {
        Optional<Map<String, Object>> own = here.filter(status -> status.placement() instanceof Placement.Homebase)
                .map(SitesView::figures);
        Optional<Map<String, Object>> told =
                Optional.ofNullable(reports.get(deployment.homebase())).map(SitesView::figures);
        return object("popId", deployment.homebase(), "role", "HOMEBASE", "figures", own.or(() -> told));
    }

    private static void flatten(Map<String, Object> part) {
        Object figures = part.remove("figures");
        if (figures instanceof Map<?, ?> fields) {
            fields.forEach((name, value) -> part.put((String) name, value));
        }
    }

    private static Map<String, Object> figures(ApplicationStatus status) {
        Demand demand = status.demand();
        long ready = status.instances().stream()
                .filter(instance -> instance.status() == AppInstanceStatus.READY)
                .count();
        return object(
                "sessions", demand.sessions(),
                "connections", demand.connections(),
                "relayed", demand.relayed(),
                "ready", ready,
                "condition", some(status.condition()));
    }

    private static Map<String, Object> figures(SiteReport report) {
        return object(
                "sessions", report.sessions(),
                "connections", report.connections(),
                "relayed", report.relayed(),
                "ready", report.ready(),
                "condition", some(report.condition()));
    }

    private static Optional<String> some(String text) {
        return Optional.of(text).filter(words -> !words.isEmpty());
    }

    /** One site. */
    public static Map<String, Object> pop(PointOfPresence pop) {
        return object(
                "popId", pop.popId(),
                "edgeCloudZoneId", pop.zoneId(),
                "availability", pop.availability(),
                "reachable", pop.reachable(),
                "doors", pop.doors().stream().map(StatusView::accessPoint).toList(),
                "ingress", pop.ingress().stream().map(StatusView::accessPoint).toList(),
                "lastHeard", pop.lastHeard());
    }

    /** The zones that hold at least one of the sites, by name. */
    public static List<ZoneId> zones(List<PointOfPresence> pops) {
        return List.copyOf(
                new TreeSet<>(pops.stream().map(PointOfPresence::zoneId).toList()));
    }

    /** One zone in CAMARA's words, with its sites; {@code availability} if all of them have the same. */
    public static Map<String, Object> zone(ZoneId zone, List<PointOfPresence> pops) {
        List<PointOfPresence> inside =
                pops.stream().filter(pop -> pop.zoneId().equals(zone)).toList();
        List<Availability> availabilities =
                inside.stream().map(PointOfPresence::availability).distinct().toList();
        return object(
                "edgeCloudZoneId",
                zone,
                "edgeCloudZoneName",
                zone,
                "edgeCloudZoneStatus",
                status(inside),
                "availability",
                Optional.of(availabilities).filter(all -> all.size() == 1).map(all -> all.get(0)),
                "pointsOfPresence",
                inside.stream().map(PointOfPresence::popId).toList());
    }

    /** Inactive if nothing may be placed in it, unknown if what may be used has not answered lately. */
    private static String status(List<PointOfPresence> inside) {
        List<PointOfPresence> active = inside.stream()
                .filter(pop -> pop.availability() == Availability.ACTIVE)
                .toList();
        return active.isEmpty()
                ? "inactive"
                : active.stream().anyMatch(PointOfPresence::reachable) ? "active" : "unknown";
    }

    /** All migrations of some applications, the one that began last first. */
    public static List<Migration> newestFirst(List<Deployment> deployments) {
        return deployments.stream()
                .flatMap(deployment -> deployment.migrations().stream())
                .sorted(NEWEST_FIRST)
                .toList();
    }

    private static Instant begun(Migration migration) {
        return migration.history().isEmpty()
                ? Instant.MIN
                : migration.history().get(0).at();
    }

    /** One migration, with the states that it has been in. */
    public static Map<String, Object> migration(Migration migration) {
        List<Migration.Step> steps = migration.history();
        Optional<Migration.Step> last = steps.isEmpty() ? Optional.empty() : Optional.of(steps.get(steps.size() - 1));
        return object(
                "migrationId", migration.migrationId(),
                "appId", migration.appId(),
                "source", migration.source(),
                "target", migration.target(),
                "epoch", migration.epoch(),
                "state", migration.state(),
                "attempt", migration.attempt(),
                "reason", last.map(Migration.Step::reason),
                "since", last.map(Migration.Step::at),
                "history",
                        steps.stream()
                                .map(step -> object("state", step.state(), "at", step.at(), "reason", step.reason()))
                                .toList());
    }
}
