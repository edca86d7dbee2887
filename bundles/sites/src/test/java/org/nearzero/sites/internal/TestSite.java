package org.nearzero.sites.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.ZoneId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.time.SteadyClock;

/**
 * A site with a real peer door, certificate and network on this machine. Its orchestrator and ingress are fakes; these, its door and its
 * store outlive the runtime, so that it can be killed and come back.
 */
final class TestSite implements AutoCloseable {
    final PopId popId;
    final SitePeerSecurity security;
    final TestDoor door;
    final MemoryStore store = new MemoryStore();
    final FakePolicyEngine policies = new FakePolicyEngine();
    final FakeOrchestrator orchestrator;
    final FakeIngress ingress = new FakeIngress();
    final FakeImageDriver images = new FakeImageDriver();
    private SitesSettings settings;
    private SitesRuntime runtime;

    TestSite(String name) {
        this(name, Operator.OURS);
    }

    TestSite(String name, Operator operator) {
        this.popId = new PopId(name);
        this.security = operator.security(name);
        this.door = new TestDoor(security);
        this.orchestrator = new FakeOrchestrator(popId);
        this.settings = SitesSettings.of(popId, new ZoneId("zone-" + name), List.of(door.endpoint()))
                .withHeartbeat(Duration.ofMillis(50));
    }

    TestSite with(UnaryOperator<SitesSettings> change) {
        settings = change.apply(settings);
        return this;
    }

    /** Where others find it. */
    PeerAddress address() {
        return new PeerAddress.Named(popId, door.endpoint());
    }

    TestSite start() {
        runtime = new SitesRuntime(
                settings, security, policies, orchestrator, ingress, store, SteadyClock.ofThisProcess());
        runtime.addDriver(images, 0);
        door.serve(runtime);
        runtime.start();
        return this;
    }

    /** It is gone, as after a power cut: what it had in memory is lost, its store is what it was. */
    void kill() {
        door.shut();
        runtime.close();
    }

    SitesRuntime sites() {
        return runtime;
    }

    Optional<Placement> placement(AppId appId) {
        return orchestrator.placement(appId);
    }

    @Override
    public void close() {
        door.close();
        if (runtime != null) {
            runtime.close();
        }
        security.close();
    }
}
