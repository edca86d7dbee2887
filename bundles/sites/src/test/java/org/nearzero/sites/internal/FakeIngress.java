package org.nearzero.sites.internal;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.DemandListener;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.Subscription;

/** Has as many sessions as a test says, and tells of it as an ingress does. */
final class FakeIngress implements Ingress {
    private final Map<AppId, Demand> demands = new ConcurrentHashMap<>();
    private final List<DemandListener> listeners = new CopyOnWriteArrayList<>();

    void sessions(AppId appId, int sessions) {
        demands.put(appId, new Demand(appId, 0, 0, 0, 0, sessions, 0, Map.of(), List.of()));
        listeners.forEach(listener -> listener.demandChanged(appId));
    }

    @Override
    public Demand peek(AppId app) {
        return demands.getOrDefault(app, Demand.none(app));
    }

    @Override
    public Demand demand(AppId app) {
        throw new AssertionError("only the orchestrator reads demand so that it is armed again");
    }

    @Override
    public void route(Routes routes) {
        throw new AssertionError("only the orchestrator routes");
    }

    @Override
    public void withdraw(AppId app, String reason) {
        throw new AssertionError("only the orchestrator routes");
    }

    @Override
    public boolean retire(AppId app, AppInstanceId instance) {
        throw new AssertionError("only the orchestrator retires");
    }

    @Override
    public void breakRelayed(AppId app) {
        throw new AssertionError("only the orchestrator breaks connections");
    }

    @Override
    public Subscription watch(DemandListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of();
    }
}
