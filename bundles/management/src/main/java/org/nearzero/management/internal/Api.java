package org.nearzero.management.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Problem;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.management.core.Json;
import org.nearzero.management.core.Manifest;
import org.nearzero.management.core.Page;
import org.nearzero.management.core.Query;
import org.nearzero.management.core.StatusView;

/** The resources of the API and what can be done with each. The README has them as a table. */
final class Api {
    /** What every path begins with. */
    static final String BASE = "/serverless-edge/v0.1";

    private static final Duration DEFAULT_DRAIN = Duration.ofSeconds(10);
    private static final Duration DELETE_PATIENCE = Duration.ofMillis(250);

    private final PopId popId;
    private final String version;
    private final Deployments applications;
    private final SitesApi sites;
    private final Ingress ingress;

    Api(PopId popId, String version, Deployments applications, SitesApi sites, Ingress ingress) {
        this.popId = popId;
        this.version = version;
        this.applications = applications;
        this.sites = sites;
        this.ingress = ingress;
    }

    /** Does what is asked for. @throws Failure or an exception that {@link Failure#of} knows if it cannot be done */
    Response answer(Request request) throws IOException, InterruptedException {
        Map<String, Operation> operations = operations(request.path());
        Operation operation = operations.get(request.method());
        if (operation == null) {
            String allowed = String.join(", ", operations.keySet());
            throw new Failure(
                            405,
                            "METHOD_NOT_ALLOWED",
                            request.method() + " " + request.path() + " (expected: " + allowed + ")")
                    .with("Allow", allowed);
        }
        return operation.run(request);
    }

    private Map<String, Operation> operations(String path) {
        String app = BASE + "/apps/";
        if (path.startsWith(app) && path.indexOf('/', app.length()) < 0 && path.length() > app.length()) {
            AppId appId = new AppId(path.substring(app.length()));
            return new TreeMap<>(Map.of(
                    "GET", request -> get(appId, request),
                    "PUT", request -> put(appId, request),
                    "DELETE", request -> delete(appId, request)));
        }
        return switch (path) {
            case BASE + "/apps" -> new TreeMap<>(Map.of("GET", this::list, "POST", this::post));
            case BASE + "/app-instances" -> Map.of("GET", this::instances);
            case BASE + "/status" -> Map.of("GET", this::site);
            default ->
                sites.operations(path)
                        .orElseThrow(() -> new Failure(
                                404,
                                "NOT_FOUND",
                                path + " (expected: " + BASE + "/apps, /apps/{appId}, /app-instances, /status,"
                                        + " /points-of-presence, /edge-cloud-zones or /migrations)"));
        };
    }

    private Response list(Request request) {
        Page page = Query.parse(request.query(), "page", "perPage").page();
        return new Response(200, page.of("apps", applications.all(), Deployments.Known::view));
    }

    private Response get(AppId appId, Request request) {
        Query.parse(request.query());
        return new Response(200, known(appId).view());
    }

    private Deployments.Known known(AppId appId) {
        return applications.find(appId).orElseThrow(() -> unknown(appId));
    }

    private static Failure unknown(AppId appId) {
        return new Failure(404, "NOT_FOUND", "app=" + appId + ": no such application here");
    }

    private Response post(Request request) throws IOException, InterruptedException {
        Query.parse(request.query());
        String text = RequestBody.manifest(request);
        Application application = Manifest.parse(text);
        AppId appId = application.appId();
        if (applications.find(appId).isPresent()) {
            throw new Failure(
                            409,
                            "ALREADY_EXISTS",
                            "app=" + appId + ": is here already; PUT " + path(appId) + " replaces it")
                    .with("Location", path(appId));
        }
        return taken(201, application, text);
    }

    private Response put(AppId appId, Request request) throws IOException, InterruptedException {
        Query.parse(request.query());
        String text = RequestBody.manifest(request);
        Application application = Manifest.parse(text);
        if (!application.appId().equals(appId)) {
            String given = application.appId().value();
            throw new InvalidInputException(
                    List.of(new Problem("appId", given, appId + ", as the path " + path(appId) + " says")));
        }
        return taken(applications.find(appId).isPresent() ? 200 : 201, application, text);
    }

    private Response taken(int status, Application application, String text) throws InterruptedException {
        AppId appId = application.appId();
        Deployments.Known known = Settled.of(applications.apply(application, text), "app=" + appId, path(appId));
        return new Response(status, status == 201 ? Map.of("Location", path(appId)) : Map.of(), known.view());
    }

    private Response delete(AppId appId, Request request) throws IOException, InterruptedException {
        Duration drain = Query.parse(request.query(), "drain").duration("drain", DEFAULT_DRAIN);
        if (applications.broken().stream().noneMatch(one -> one.key().equals(appId.value()))) {
            known(appId);
        }
        return applications.delete(appId, drain, DELETE_PATIENCE, path(appId))
                ? new Response(204, Map.of())
                : new Response(
                        202,
                        applications.find(appId).map(Deployments.Known::view).orElse(Json.object("appId", appId)));
    }

    private Response instances(Request request) {
        Query query = Query.parse(request.query(), "appId", "page", "perPage");
        Page page = query.page();
        List<ApplicationStatus> of = query.appId()
                .map(appId -> known(appId).status().stream().toList())
                .orElseGet(applications::statuses);
        List<Map<String, Object>> instances = of.stream()
                .flatMap(status ->
                        status.instances().stream().map(instance -> StatusView.instance(popId, status, instance)))
                .toList();
        return new Response(200, page.of("appInstances", instances, instance -> instance));
    }

    private Response site(Request request) {
        Query.parse(request.query());
        Map<String, Object> site = StatusView.site(popId, version, ingress.endpoints(), applications.statuses());
        site.put(
                "brokenManifests",
                applications.broken().stream()
                        .map(one -> Json.object("key", one.key(), "message", one.reason()))
                        .toList());
        return new Response(200, site);
    }

    private static String path(AppId appId) {
        return BASE + "/apps/" + appId;
    }
}
