package org.nearzero.orchestrator.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.ApplicationStatus.State;
import org.nearzero.orchestrator.core.Instance.Phase;

/** What a person is told of an application. */
public final class StatusProjection {
    private StatusProjection() {}

    /** The status now. */
    public static ApplicationStatus of(AppState app, Instant now) {
        return new ApplicationStatus(
                app.application(),
                app.placement(),
                state(app, now),
                app.desired(),
                app.demand(),
                app.instances().values().stream().map(Instance::value).toList(),
                condition(app),
                app.backoff().blocks(now) && !app.placing().relays()
                        ? Optional.of(app.backoff().retryAt())
                        : Optional.empty(),
                now);
    }

    private static State state(AppState app, Instant now) {
        if (app.deleting()) {
            return State.DELETING;
        }
        boolean coming = false;
        for (Instance instance : app.instances().values()) {
            if (instance.phase() == Phase.READY) {
                return State.SERVING;
            }
            coming |= instance.live();
        }
        if (coming) {
            return State.STARTING;
        }
        boolean needed = app.desired().instances() > 0;
        if (app.placing().relays()) {
            return State.ZERO;
        }
        if (app.backoff().failures() > 0 && (needed || app.backoff().blocks(now))) {
            return State.FAILING;
        }
        return needed ? State.STARTING : State.ZERO;
    }

    private static String condition(AppState app) {
        List<String> parts = new ArrayList<>();
        add(parts, app.placing().condition());
        if (!app.placing().relays()) {
            starting(app, parts);
        }
        List<Instance> stuck =
                app.instances().values().stream().filter(Instance::stuck).toList();
        if (!stuck.isEmpty()) {
            parts.add(stuck.size() + " instances cannot be stopped, last: "
                    + stuck.get(stuck.size() - 1).value().reason()
                    + (Plan.clogged(app) ? "; nothing is started before they are gone" : ""));
        }
        add(parts, app.advice());
        return String.join("; ", parts);
    }

    /** What is in the way of starting instances: of no interest where none is to be started. */
    private static void starting(AppState app, List<String> parts) {
        if (app.driver().isEmpty()) {
            parts.add("no registered driver accepts "
                    + app.application().artefact().imagePath());
        }
        add(parts, app.engine());
        if (app.backoff().failures() == 1) {
            parts.add("last start failed: " + app.backoff().reason());
        } else if (app.backoff().failures() > 1) {
            parts.add("starts failed " + app.backoff().failures() + " times in a row, last: "
                    + app.backoff().reason());
        }
    }

    private static void add(List<String> parts, String part) {
        if (!part.isEmpty()) {
            parts.add(part);
        }
    }
}
