package org.nearzero.management.internal;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.ZoneId;
import org.nearzero.api.sites.Deployment;
import org.nearzero.api.sites.Migration;
import org.nearzero.api.sites.PointOfPresence;
import org.nearzero.api.sites.PointOfPresence.Availability;
import org.nearzero.api.sites.Sites;
import org.nearzero.management.core.AvailabilityPatch;
import org.nearzero.management.core.Page;
import org.nearzero.management.core.Query;
import org.nearzero.management.core.SitesView;

/** The resources that a site has which has peers: points of presence, zones and migrations. */
final class SitesApi {
    private static final String POPS = "points-of-presence";
    private static final String ZONES = "edge-cloud-zones";
    private static final String MIGRATIONS = "migrations";

    private final Supplier<Optional<Sites>> sites;

    SitesApi(Supplier<Optional<Sites>> sites) {
        this.sites = sites;
    }

    /** What can be done with a path, by method; empty if it is none of these. */
    Optional<Map<String, Operation>> operations(String path) {
        String[] parts =
                path.substring(Math.min(path.length(), Api.BASE.length() + 1)).split("/", -1);
        if (!path.startsWith(Api.BASE + "/") || parts.length > 2 || parts[parts.length - 1].isEmpty()) {
            return Optional.empty();
        }
        return Optional.ofNullable(parts.length == 1 ? lists(parts[0]) : entries(parts[0], decoded(parts[1])));
    }

    private Map<String, Operation> lists(String resource) {
        return switch (resource) {
            case POPS -> Map.of("GET", this::pops);
            case ZONES -> Map.of("GET", this::zones);
            case MIGRATIONS -> Map.of("GET", this::migrations);
            default -> null;
        };
    }

    private Map<String, Operation> entries(String resource, String name) {
        return switch (resource) {
            case POPS ->
                new TreeMap<>(Map.of(
                        "GET", request -> pop(new PopId(name), request),
                        "PATCH", request -> patchPop(new PopId(name), request)));
            case ZONES ->
                new TreeMap<>(Map.of(
                        "GET", request -> zone(new ZoneId(name), request),
                        "PATCH", request -> patchZone(new ZoneId(name), request)));
            case MIGRATIONS -> Map.of("GET", request -> migration(name, request));
            default -> null;
        };
    }

    /** A name as a path carries it, in which + stands for itself. */
    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return segment;
        }
    }

    private Sites sites(Request request) {
        return sites.get()
                .orElseThrow(() -> new Failure(
                        404,
                        "NOT_FOUND",
                        request.path() + ": this site has no peers configured (set them in org.nearzero.sites)"));
    }

    private Response pops(Request request) {
        Sites peers = sites(request);
        Page page = Query.parse(request.query(), "page", "perPage").page();
        return new Response(200, page.of("pointsOfPresence", peers.pops(), SitesView::pop));
    }

    private Response pop(PopId popId, Request request) {
        Sites peers = sites(request);
        Query.parse(request.query());
        return new Response(200, SitesView.pop(known(peers, popId)));
    }

    private static PointOfPresence known(Sites peers, PopId popId) {
        return peers.pops().stream()
                .filter(pop -> pop.popId().equals(popId))
                .findFirst()
                .orElseThrow(() -> unknown("pop=" + popId + ": no such point of presence among this site's peers"));
    }

    private Response patchPop(PopId popId, Request request) throws IOException, InterruptedException {
        Sites peers = sites(request);
        Query.parse(request.query());
        known(peers, popId);
        Availability availability = AvailabilityPatch.parse(RequestBody.mergePatch(request));
        Settled.of(peers.setAvailability(popId, availability), "pop=" + popId, request.path());
        return new Response(200, SitesView.pop(known(peers, popId)));
    }

    private Response zones(Request request) {
        Sites peers = sites(request);
        Page page = Query.parse(request.query(), "page", "perPage").page();
        List<PointOfPresence> pops = peers.pops();
        return new Response(200, page.of("edgeCloudZones", SitesView.zones(pops), zone -> SitesView.zone(zone, pops)));
    }

    private Response zone(ZoneId zoneId, Request request) {
        Sites peers = sites(request);
        Query.parse(request.query());
        inside(peers, zoneId);
        return new Response(200, SitesView.zone(zoneId, peers.pops()));
    }

    private Response patchZone(ZoneId zoneId, Request request) throws IOException, InterruptedException {
        Sites peers = sites(request);
        Query.parse(request.query());
        List<PopId> inside = inside(peers, zoneId);
        Availability availability = AvailabilityPatch.parse(RequestBody.mergePatch(request));
        CompletableFuture<?>[] all = inside.stream()
                .map(popId -> peers.setAvailability(popId, availability).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        Settled.of(CompletableFuture.allOf(all), "zone=" + zoneId, request.path());
        return new Response(200, SitesView.zone(zoneId, peers.pops()));
    }

    private static List<PopId> inside(Sites peers, ZoneId zoneId) {
        List<PopId> inside = peers.pops().stream()
                .filter(pop -> pop.zoneId().equals(zoneId))
                .map(PointOfPresence::popId)
                .toList();
        if (inside.isEmpty()) {
            throw unknown("zone=" + zoneId + ": no point of presence that this site knows is in it");
        }
        return inside;
    }

    private Response migrations(Request request) {
        Sites peers = sites(request);
        Query query = Query.parse(request.query(), "appId", "page", "perPage");
        Page page = query.page();
        List<Deployment> of =
                query.appId().map(appId -> List.of(deployment(peers, appId))).orElseGet(peers::deployments);
        return new Response(200, page.of("migrations", SitesView.newestFirst(of), SitesView::migration));
    }

    private static Deployment deployment(Sites peers, AppId appId) {
        return peers.deployment(appId).orElseThrow(() -> unknown("app=" + appId + ": no such application here"));
    }

    private Response migration(String migrationId, Request request) {
        Sites peers = sites(request);
        Query.parse(request.query());
        Migration migration = SitesView.newestFirst(peers.deployments()).stream()
                .filter(one -> one.migrationId().equals(migrationId))
                .findFirst()
                .orElseThrow(
                        () -> unknown("migration: no such migration known here (an application's homebase knows all"
                                + " of its own that are under way or have ended lately)"));
        return new Response(200, SitesView.migration(migration));
    }

    private static Failure unknown(String message) {
        return new Failure(404, "NOT_FOUND", message);
    }
}
