package org.nearzero.management.core;

import static org.nearzero.management.core.Json.object;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppInstance;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Problem;
import org.nearzero.api.orchestrator.ApplicationStatus;

/** What the API tells about applications, instances and the site, as trees for {@link Json}. */
public final class StatusView {
    /** The name of an instance's one network interface. */
    static final String INTERFACE = "http";

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private StatusView() {}

    /** An application: its manifest, and how it is doing. */
    public static Map<String, Object> application(ApplicationStatus status) {
        return object(
                "appId", status.application().appId(),
                "appManifest", ManifestView.of(status.application()),
                "status", status(status));
    }

    private static Map<String, Object> status(ApplicationStatus status) {
        Demand demand = status.demand();
        return object(
                "state", status.state(),
                "condition", status.condition(),
                "retryAt", status.retryAt(),
                "desired",
                        object(
                                "instances", status.desired().instances(),
                                "reason", status.desired().reason(),
                                "capped", status.desired().capped(),
                                "wakeAt", status.desired().wakeAt()),
                "instances", counts(status.instances()),
                "demand", demand(demand),
                "at", status.at());
    }

    private static Map<String, Object> demand(Demand demand) {
        return object(
                "inFlight", demand.inFlight(),
                "waiting", demand.waiting(),
                "relayed", demand.relayed(),
                "sessions", demand.sessions(),
                "devices", demand.devices());
    }

    private static Map<String, Object> counts(List<AppInstance> instances) {
        Map<AppInstanceStatus, Integer> counts = new EnumMap<>(AppInstanceStatus.class);
        for (AppInstanceStatus status : AppInstanceStatus.values()) {
            counts.put(status, 0);
        }
        instances.forEach(instance -> counts.merge(instance.status(), 1, Integer::sum));
        Map<String, Object> words = new LinkedHashMap<>();
        counts.forEach((status, count) -> words.put(word(status), count));
        return words;
    }

    /** One instance of an application, in CAMARA's {@code AppInstanceInfo}; it is at a {@code popId} rather than in a zone. */
    public static Map<String, Object> instance(PopId popId, ApplicationStatus status, AppInstance instance) {
        return object(
                "name", instance.appInstanceId(),
                "appInstanceId", instance.appInstanceId(),
                "appId", instance.appId(),
                "appProvider", status.application().appProvider(),
                "popId", popId,
                "status", word(instance.status()),
                "reason", instance.reason(),
                "connections", status.demand().on(instance.appInstanceId()),
                "driver", instance.driver(),
                "generation", instance.generation(),
                "createdAt", instance.createdAt(),
                "since", instance.since(),
                "componentEndpointInfo",
                        instance.endpoint()
                                .map(endpoint -> List.of(
                                        object("interfaceId", INTERFACE, "accessPoints", accessPoint(endpoint))))
                                .orElse(List.of()));
    }

    /** The site: where users connect to, and its applications in sum. */
    public static Map<String, Object> site(
            PopId popId, String version, List<Endpoint> ingress, List<ApplicationStatus> applications) {
        Map<String, Object> states = new LinkedHashMap<>();
        for (ApplicationStatus.State state : ApplicationStatus.State.values()) {
            states.put(
                    state.name(), (int) applications.stream().filter(in(state)).count());
        }
        Demand all = applications.stream()
                .map(ApplicationStatus::demand)
                .reduce(StatusView::sum)
                .orElse(null);
        return object(
                "popId",
                popId,
                "version",
                version,
                "ingress",
                ingress.stream().map(StatusView::accessPoint).toList(),
                "apps",
                object("total", applications.size(), "states", states),
                "instances",
                counts(applications.stream()
                        .flatMap(status -> status.instances().stream())
                        .toList()),
                "demand",
                all == null
                        ? object("inFlight", 0, "waiting", 0, "relayed", 0, "sessions", 0, "devices", 0)
                        : demand(all));
    }

    private static Predicate<ApplicationStatus> in(ApplicationStatus.State state) {
        return status -> status.state() == state;
    }

    /** Sessions and devices are counted for each application: one device that uses two counts twice. */
    private static Demand sum(Demand a, Demand b) {
        return new Demand(
                a.appId(),
                a.inFlight() + b.inFlight(),
                a.waiting() + b.waiting(),
                a.waitingBytes() + b.waitingBytes(),
                a.relayed() + b.relayed(),
                a.sessions() + b.sessions(),
                a.devices() + b.devices(),
                Map.of(),
                List.of());
    }

    static Map<String, Object> accessPoint(Endpoint endpoint) {
        String host = endpoint.host();
        String kind = IPV4.matcher(host).matches() ? "ipv4Addresses" : host.contains(":") ? "ipv6Addresses" : "fqdn";
        Object value = kind.equals("fqdn") ? host : List.of(host);
        return object("port", endpoint.port(), kind, value);
    }

    private static String word(AppInstanceStatus status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    /** An error as CAMARA has it; {@code problems} beside it, if there are any, for a program. */
    public static Map<String, Object> error(int status, String code, String message, List<Problem> problems) {
        return object(
                "status", status,
                "code", code,
                "message", message,
                "problems",
                        Optional.of(problems.stream().map(StatusView::problem).toList())
                                .filter(list -> !list.isEmpty()));
    }

    private static Map<String, Object> problem(Problem problem) {
        Place place = Place.of(problem);
        return object(
                "field", place.field(),
                "line", Optional.of(place.line()).filter(line -> line > 0),
                "column", Optional.of(place.column()).filter(column -> column > 0),
                "value", problem.value(),
                "expected", problem.expected());
    }
}
