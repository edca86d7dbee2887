package org.nearzero.orchestrator.testing;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.DemandListener;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.ingress.Peak;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.Subscription;

/** An ingress without sockets: admits, parks, relays, counts and refuses as the contract says, and notes everything it was told. */
public final class FakeIngress implements Ingress {
    private final Map<AppId, App> apps = new LinkedHashMap<>();
    private final List<DemandListener> listeners = new CopyOnWriteArrayList<>();
    private final Clock clock;

    public FakeIngress(Clock clock) {
        this.clock = clock;
    }

    private static final class App {
        Routes routes;
        boolean withdrawn;
        int waiting;
        int relayed;
        int broken;
        int refused;
        int sessions;
        int peak;
        int needRead;
        final Map<AppInstanceId, Integer> inFlight = new LinkedHashMap<>();
        final Set<AppInstanceId> retired = new HashSet<>();
        final List<Routes> history = new ArrayList<>();
    }

    @Override
    public synchronized void route(Routes routes) {
        App app = apps.computeIfAbsent(routes.appId(), a -> new App());
        if (app.withdrawn) {
            app.withdrawn = false;
            app.routes = null;
        }
        if (app.routes != null && routes.revision() <= app.routes.revision()) {
            throw new IllegalStateException("revision " + routes.revision() + " after " + app.routes.revision());
        }
        app.routes = routes;
        app.history.add(routes);
        admitWaiting(app);
        if (routes.otherwise() instanceof Routes.Relay) {
            app.relayed += app.waiting;
            app.waiting = 0;
        }
        if (routes.otherwise() instanceof Routes.Refuse) {
            app.refused += app.waiting;
            app.waiting = 0;
        }
    }

    @Override
    public synchronized void withdraw(AppId appId, String reason) {
        App app = apps.get(appId);
        app.withdrawn = true;
        app.refused += app.waiting;
        app.waiting = 0;
    }

    @Override
    public synchronized Demand demand(AppId appId) {
        App app = apps.computeIfAbsent(appId, a -> new App());
        int connections = sum(app) + app.waiting;
        List<Peak> recent = app.peak > connections ? List.of(new Peak(app.peak, clock.instant())) : List.of();
        app.peak = connections;
        app.needRead = need(app);
        return counted(appId, app, recent);
    }

    @Override
    public synchronized Demand peek(AppId appId) {
        return counted(appId, apps.computeIfAbsent(appId, a -> new App()), List.of());
    }

    private static Demand counted(AppId appId, App app, List<Peak> recent) {
        Map<AppInstanceId, Integer> loaded = app.inFlight.entrySet().stream()
                .filter(e -> e.getValue() > 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return new Demand(appId, sum(app), app.waiting, 0, app.relayed, app.sessions, 0, loaded, recent);
    }

    @Override
    public synchronized boolean retire(AppId appId, AppInstanceId instance) {
        App app = apps.get(appId);
        if (app.inFlight.getOrDefault(instance, 0) > 0) {
            return false;
        }
        app.retired.add(instance);
        return true;
    }

    @Override
    public synchronized void breakRelayed(AppId appId) {
        App app = apps.get(appId);
        app.broken += app.relayed;
        app.relayed = 0;
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

    /** Opens connections, one after another. @return how many were refused at once */
    public int connect(String name, int count) {
        AppId appId = new AppId(name);
        int refused = 0;
        synchronized (this) {
            App app = apps.get(appId);
            for (int i = 0; i < count; i++) {
                if (app == null || app.withdrawn) {
                    refused++;
                } else if (!admitOne(app)) {
                    if (app.routes.otherwise() instanceof Routes.Relay) {
                        app.relayed++;
                    } else if (app.routes.otherwise() instanceof Routes.Refuse refuse
                            && clock.instant().isBefore(refuse.retryAt())) {
                        refused++;
                        app.refused++;
                    } else {
                        app.waiting++;
                    }
                }
                if (app != null) {
                    app.peak = Math.max(app.peak, sum(app) + app.waiting);
                }
            }
        }
        listeners.forEach(l -> l.demandChanged(appId));
        return refused;
    }

    /** Ends connections, those on the given instance or any if there is none. @return how many were ended */
    public int release(String name, Optional<AppInstanceId> from, int count) {
        AppId appId = new AppId(name);
        int ended = 0;
        boolean tell = false;
        synchronized (this) {
            App app = apps.get(appId);
            for (AppInstanceId id : List.copyOf(app.inFlight.keySet())) {
                while (ended < count
                        && app.inFlight.get(id) > 0
                        && (from.isEmpty() || from.get().equals(id))) {
                    app.inFlight.merge(id, -1, Integer::sum);
                    ended++;
                    tell |= app.inFlight.get(id) == 0 && (app.withdrawn || isDraining(app, id));
                }
            }
            admitWaiting(app);
            tell |= need(app) < app.needRead;
        }
        if (tell) {
            listeners.forEach(l -> l.demandChanged(appId));
        }
        return ended;
    }

    /** Relayed connections end; nobody is told of it. @return how many were ended */
    public synchronized int endRelayed(String name, int count) {
        App app = apps.get(new AppId(name));
        int ended = Math.min(count, app.relayed);
        app.relayed -= ended;
        return ended;
    }

    /** Sessions begin and end without anything else happening. */
    public synchronized void sessions(String name, int count) {
        apps.get(new AppId(name)).sessions = count;
    }

    /** Ends every connection of an instance at once, as its death does. */
    public synchronized int cut(AppId appId, AppInstanceId instance) {
        App app = apps.get(appId);
        Integer lost = app == null ? null : app.inFlight.remove(instance);
        return lost == null ? 0 : lost;
    }

    public void suspect(String name, AppInstanceId instance) {
        listeners.forEach(l -> l.suspected(new AppId(name), instance, "connection reset"));
    }

    public void signal(String name) {
        listeners.forEach(l -> l.demandChanged(new AppId(name)));
    }

    public synchronized Routes routes(String name) {
        App app = apps.get(new AppId(name));
        return app == null || app.withdrawn ? null : app.routes;
    }

    public synchronized List<Routes> history(String name) {
        return List.copyOf(apps.get(new AppId(name)).history);
    }

    public synchronized boolean known(String name) {
        App app = apps.get(new AppId(name));
        return app != null && !app.withdrawn;
    }

    public synchronized int on(AppId appId, AppInstanceId instance) {
        App app = apps.get(appId);
        return app == null ? 0 : app.inFlight.getOrDefault(instance, 0);
    }

    public synchronized int inFlight(String name) {
        App app = apps.get(new AppId(name));
        return app == null ? 0 : sum(app);
    }

    public synchronized int waiting(String name) {
        App app = apps.get(new AppId(name));
        return app == null ? 0 : app.waiting;
    }

    public synchronized int relayed(String name) {
        return apps.get(new AppId(name)).relayed;
    }

    /** How many relayed connections were broken on request. */
    public synchronized int broken(String name) {
        return apps.get(new AppId(name)).broken;
    }

    public synchronized int refused(String name) {
        return apps.get(new AppId(name)).refused;
    }

    private static boolean isDraining(App app, AppInstanceId id) {
        return app.routes.targets().stream()
                .anyMatch(t -> t.appInstanceId().equals(id) && t.admission() == Routes.Admission.DRAINING);
    }

    private static int sum(App app) {
        return app.inFlight.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static int need(App app) {
        int limit = app.routes == null ? 1 : app.routes.maxConnectionsPerInstance();
        return (sum(app) + app.waiting + limit - 1) / limit;
    }

    private static void admitWaiting(App app) {
        while (app.waiting > 0 && admitOne(app)) {
            app.waiting--;
        }
    }

    private static boolean admitOne(App app) {
        for (Routes.Target target : app.routes.targets()) {
            int taken = app.inFlight.getOrDefault(target.appInstanceId(), 0);
            if (target.admission() == Routes.Admission.OPEN
                    && !app.retired.contains(target.appInstanceId())
                    && taken < app.routes.maxConnectionsPerInstance()) {
                app.inFlight.put(target.appInstanceId(), taken + 1);
                return true;
            }
        }
        return false;
    }
}
