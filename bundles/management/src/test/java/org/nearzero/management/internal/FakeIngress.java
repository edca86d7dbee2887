package org.nearzero.management.internal;

import java.util.List;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.DemandListener;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.Subscription;

/** An ingress that is asked for its endpoints only, and says so if it is asked for more. */
public final class FakeIngress implements Ingress {
    private final List<Endpoint> endpoints;

    public FakeIngress(Endpoint... endpoints) {
        this.endpoints = List.of(endpoints);
    }

    @Override
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    @Override
    public void route(Routes routes) {
        throw unexpected();
    }

    @Override
    public void withdraw(AppId app, String reason) {
        throw unexpected();
    }

    @Override
    public Demand demand(AppId app) {
        throw unexpected();
    }

    @Override
    public Demand peek(AppId app) {
        throw unexpected();
    }

    @Override
    public boolean retire(AppId app, AppInstanceId instance) {
        throw unexpected();
    }

    @Override
    public void breakRelayed(AppId app) {
        throw new UnsupportedOperationException("relays nothing");
    }

    @Override
    public Subscription watch(DemandListener listener) {
        throw unexpected();
    }

    private static UnsupportedOperationException unexpected() {
        return new UnsupportedOperationException("management asks an ingress for its endpoints only");
    }
}
