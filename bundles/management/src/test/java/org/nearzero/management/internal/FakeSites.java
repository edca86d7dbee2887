package org.nearzero.management.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;
import org.nearzero.api.model.ZoneId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Deployment;
import org.nearzero.api.sites.Migration;
import org.nearzero.api.sites.MigrationListener;
import org.nearzero.api.sites.PointOfPresence;
import org.nearzero.api.sites.PointOfPresence.Availability;
import org.nearzero.api.sites.SiteReport;
import org.nearzero.api.sites.Sites;

/**
 * The sites mec-1, this one, and mec-2 in zone east and mec-3 in zone west. They take everything and hand it to mec-1's
 * orchestrator; a test says which of them is an application's homebase, and what the others do for it.
 */
public final class FakeSites implements Sites {
    private static final Instant AT = Instant.parse("2026-11-24T12:00:00Z");

    private final FakeOrchestrator orchestrator;
    private final TreeMap<PopId, PointOfPresence> pops = new TreeMap<>();
    private final TreeMap<AppId, Deployment> deployments = new TreeMap<>();
    private final List<String> calls = new ArrayList<>();
    private Placement placement = Placement.HOMEBASE;
    private Optional<RuntimeException> refusal = Optional.empty();

    public FakeSites(FakeOrchestrator orchestrator) {
        this.orchestrator = orchestrator;
        add("mec-1", "east", true);
        add("mec-2", "east", true);
        add("mec-3", "west", false);
    }

    private void add(String pop, String zone, boolean reachable) {
        PopId popId = new PopId(pop);
        List<Endpoint> doors = List.of(new Endpoint(pop + ".example", 7443));
        List<Endpoint> ingress = List.of(new Endpoint("10.0.0.1", 80));
        pops.put(
                popId,
                new PointOfPresence(popId, new ZoneId(zone), Availability.ACTIVE, reachable, doors, ingress, AT));
    }

    /** The next thing that is asked for fails so. */
    public synchronized void refuseNext(RuntimeException why) {
        refusal = Optional.of(why);
    }

    /** From now on what is handed over has its homebase at mec-2, and mec-1 relays it there. */
    public synchronized void homebaseElsewhere() {
        placement = new Placement.Relay(
                new PopId("mec-2"), List.of(new Endpoint("mec-2.example", 7443)), Duration.ofMinutes(1));
    }

    /** Lets an application that they have be served so. */
    public synchronized void set(
            String appId, List<Assignment> assignments, List<SiteReport> reports, Migration... migrations) {
        Deployment before = deployments.get(new AppId(appId));
        deployments.put(
                new AppId(appId),
                new Deployment(before.application(), before.homebase(), assignments, reports, List.of(migrations)));
    }

    /** What was asked, in order: {@code apply shop 1.0}, {@code delete shop 10000ms}, {@code mec-2 DRAINING}. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    private boolean refuses(String call) {
        calls.add(call);
        return refusal.isPresent();
    }

    private <T> CompletionStage<T> refused() {
        RuntimeException why = refusal.orElseThrow();
        refusal = Optional.empty();
        return CompletableFuture.failedFuture(why);
    }

    @Override
    public PopId popId() {
        return orchestrator.popId();
    }

    @Override
    public synchronized List<PointOfPresence> pops() {
        return List.copyOf(pops.values());
    }

    @Override
    public synchronized CompletionStage<Deployment> apply(Application application) {
        if (refuses("apply " + application.appId() + " " + application.version())) {
            return refused();
        }
        PopId homebase = placement instanceof Placement.Relay relay ? relay.homebase() : popId();
        Deployment deployment = new Deployment(application, homebase, List.of(), List.of(), List.of());
        deployments.put(application.appId(), deployment);
        return orchestrator.apply(application, placement).thenApply(status -> deployment);
    }

    @Override
    public synchronized CompletionStage<Void> delete(AppId appId, Duration drain) {
        if (refuses("delete " + appId + " " + drain.toMillis() + "ms")) {
            return refused();
        }
        deployments.remove(appId);
        orchestrator.delete(appId, drain);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized Optional<Deployment> deployment(AppId appId) {
        return Optional.ofNullable(deployments.get(appId));
    }

    @Override
    public synchronized List<Deployment> deployments() {
        return List.copyOf(deployments.values());
    }

    @Override
    public synchronized CompletionStage<Void> setAvailability(PopId pop, Availability availability) {
        if (refuses(pop + " " + availability)) {
            return refused();
        }
        pops.computeIfPresent(
                pop,
                (id, was) -> new PointOfPresence(
                        id, was.zoneId(), availability, was.reachable(), was.doors(), was.ingress(), was.lastHeard()));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Subscription watch(MigrationListener listener) {
        throw new UnsupportedOperationException("watch: no test here needs it");
    }
}
