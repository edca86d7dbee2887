package org.nearzero.orchestrator.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.orchestrator.core.Instance.Phase;

/**
 * The routes of an application: its ready instances, those whose driver cannot say at the moment included, since a point of
 * presence that is cut off keeps serving. With none ready or on its way and starts backing off, those who wait are refused;
 * in every other case they are parked. Away from the homebase they are relayed to it instead, unless an instance here takes
 * new connections: never both, so that each change from one to the other is one swap.
 */
public final class Projection {
    private Projection() {}

    /** The routes as they ought to be now: the ones that were last given if nothing has changed, else with the next revision. */
    public static Routes of(AppState app, Instant now) {
        List<Routes.Target> targets = new ArrayList<>();
        boolean coming = false;
        for (Instance instance : app.instances().values()) {
            if (instance.phase() == Phase.READY) {
                targets.add(new Routes.Target(
                        instance.id(),
                        instance.value().endpoint().orElseThrow(),
                        instance.draining() || app.placing().relays()
                                ? Routes.Admission.DRAINING
                                : Routes.Admission.OPEN));
            }
            coming |= instance.live();
        }
        Routes last = app.routes();
        Routes.Otherwise otherwise = app.placing().servesWith(targets)
                ? here(app.backoff(), coming, now)
                : app.placing().elsewhere(last.otherwise(), now);
        Routes same = routes(app.application(), last.revision(), targets, otherwise);
        return same.equals(last) ? last : routes(app.application(), last.revision() + 1, targets, otherwise);
    }

    private static Routes.Otherwise here(Backoff backoff, boolean coming, Instant now) {
        return !coming && backoff.blocks(now)
                ? new Routes.Refuse(backoff.reason(), backoff.retryAt())
                : new Routes.Park();
    }

    /** The routes of an application with no instance. */
    static Routes none(Application application, Placing placing, long revision, Instant now) {
        Routes.Otherwise park = new Routes.Park();
        return routes(
                application, revision, List.of(), placing.servesWith(List.of()) ? park : placing.elsewhere(park, now));
    }

    private static Routes routes(
            Application application, long revision, List<Routes.Target> targets, Routes.Otherwise otherwise) {
        ServerlessPolicy policy = application.policy();
        return new Routes(
                application.appId(),
                revision,
                policy.routes(),
                policy.scaling().maxConnectionsPerInstance(),
                policy.scaling().queue(),
                policy.sessionIdleTimeout(),
                targets,
                otherwise);
    }
}
