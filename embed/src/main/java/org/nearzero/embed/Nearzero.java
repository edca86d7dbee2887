package org.nearzero.embed;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.orchestrator.Orchestrator;
import org.nearzero.api.sites.Sites;
import org.nearzero.ingress.internal.UndertowIngress;
import org.nearzero.orchestrator.internal.EventLoopOrchestrator;
import org.nearzero.policy.internal.RuledPolicyEngine;
import org.nearzero.sites.internal.SitePeerSecurity;
import org.nearzero.sites.internal.SitesRuntime;
import org.nearzero.store.internal.MvStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One point of presence inside this Java process: ingress, policy, orchestrator and drivers, wired together.
 *
 * <pre>{@code
 * try (Nearzero nearzero = Nearzero.builder()
 *         .popId("mec-1")
 *         .ingress("127.0.0.1", 8080)
 *         .processes(Path.of("run"))
 *         .start()) {
 *     nearzero.orchestrator().apply(application).toCompletableFuture().join();
 *     ...
 * }
 * }</pre>
 *
 * <p>Starts once and closes once; all methods may be called from any thread.
 */
public final class Nearzero implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Nearzero.class);

    private enum State {
        BUILT,
        STARTED,
        CLOSED
    }

    private record Part(String name, AutoCloseable toClose) {}

    private record Running(
            RuledPolicyEngine policy,
            UndertowIngress ingress,
            EventLoopOrchestrator orchestrator,
            Optional<SitesRuntime> sites) {}

    private final Wiring wiring;
    private final Deque<Part> parts = new ArrayDeque<>();
    private State state = State.BUILT;
    private volatile Running running;

    Nearzero(Wiring wiring) {
        this.wiring = wiring;
    }

    /** Describes a point of presence. */
    public static NearzeroBuilder builder() {
        return new NearzeroBuilder();
    }

    /**
     * Starts the parts one after the other; when it returns, the ingress accepts connections. If one of them fails, those
     * started before are closed again, and its exception is thrown.
     *
     * @return this
     * @throws IllegalStateException if it was started or closed before
     */
    public synchronized Nearzero start() {
        if (state != State.BUILT) {
            throw new IllegalStateException("state: " + state + " (expected: BUILT; build another one to start again)");
        }
        state = State.STARTED;
        try {
            startParts();
            return this;
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Hands over applications and tells how they are doing. @throws IllegalStateException before the start */
    public Orchestrator orchestrator() {
        return running().orchestrator();
    }

    /**
     * This site among its peers: hands applications over and tells where they are served.
     *
     * @throws IllegalStateException before the start, or if the builder was given no site
     */
    public Sites sites() {
        return running()
                .sites()
                .orElseThrow(() ->
                        new IllegalStateException("no peers (give the builder a site to have some) pop=" + popId()));
    }

    /** Where users connect to, and what they ask for. @throws IllegalStateException before the start */
    public Ingress ingress() {
        return running().ingress();
    }

    /** Replaces the operator's policy; every application is decided anew. @throws IllegalStateException before the start */
    public void operatorPolicy(OperatorPolicy policy) {
        running().policy().operatorPolicy(requireNonNull(policy, "policy"));
    }

    /**
     * Closes the parts in reverse order. Instances are stopped if the builder was told so, and otherwise go on. More than one
     * call does no harm; never throws: a part that fails to close is logged, and the others are closed all the same.
     */
    @Override
    public synchronized void close() {
        state = State.CLOSED;
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.toClose().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception | LinkageError e) {
                LOG.warn("part of Nearzero failed to close part={} pop={}", part.name(), popId(), e);
            }
        }
    }

    private void startParts() {
        RuledPolicyEngine policy = opened("policy", new RuledPolicyEngine(wiring.operatorPolicy(), wiring.clock()));
        wiring.rules().forEach(rule -> policy.addRule(rule.value(), rule.ranking()));

        // Drivers are closed after the orchestrator, which may still stop instances with them as it closes.
        Deque<Ranked<ContainerDriver>> drivers = new ArrayDeque<>(wiring.drivers());
        for (Ranked<Supplier<ContainerDriver>> maker : wiring.makers()) {
            ContainerDriver driver = maker.value().get();
            if (driver instanceof AutoCloseable closeable) {
                parts.push(new Part("driver " + driver.name(), closeable));
            }
            drivers.add(new Ranked<>(driver, maker.ranking()));
        }

        UndertowIngress ingress = opened("ingress", new UndertowIngress(wiring.ingress(), wiring.clock()));
        wiring.identifiers().forEach(each -> ingress.addIdentifier(each.value(), each.ranking()));
        wiring.connectionListeners().forEach(ingress::addListener);

        EventLoopOrchestrator orchestrator = opened(
                "orchestrator", new EventLoopOrchestrator(wiring.orchestrator(), policy, ingress, wiring.clock()));
        wiring.statusListeners().forEach(orchestrator::addListener);

        ingress.start();
        orchestrator.start();
        drivers.forEach(driver -> orchestrator.addDriver(driver.value(), driver.ranking()));
        running = new Running(
                policy,
                ingress,
                orchestrator,
                wiring.site().map(plan -> joined(plan, policy, ingress, orchestrator, drivers)));
    }

    /** Opens the door to other sites, and looks for them. */
    private SitesRuntime joined(
            SitePlan plan,
            RuledPolicyEngine policy,
            UndertowIngress ingress,
            EventLoopOrchestrator orchestrator,
            Deque<Ranked<ContainerDriver>> drivers) {
        MvStore store = opened("store", new MvStore(plan.store()));
        SitePeerSecurity security = opened("peer security", security(plan));
        ingress.addPeerSecurity(security);
        Endpoint door = ingress.peerDoor().orElseThrow();
        SitesRuntime sites = opened(
                "sites",
                new SitesRuntime(
                        plan.settings(wiring.orchestrator().popId(), door, ingress.endpoints()),
                        security,
                        policy,
                        orchestrator,
                        ingress,
                        store,
                        wiring.clock()));
        drivers.forEach(each -> sites.addDriver(each.value(), each.ranking()));
        wiring.homebaseRules().forEach(each -> sites.addRule(each.value(), each.ranking()));
        wiring.migrationListeners().forEach(sites::addListener);
        ingress.addListener(sites);
        ingress.addPeerService(sites);
        sites.start();
        return sites;
    }

    private SitePeerSecurity security(SitePlan plan) {
        try {
            return new SitePeerSecurity(plan.certificates(), wiring.clock());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(
                    "site: " + plan.certificates() + ": " + e.getMessage()
                            + " (make what belongs there with: nearzero ca)",
                    e);
        }
    }

    private <T extends AutoCloseable> T opened(String name, T part) {
        parts.push(new Part(name, part));
        return part;
    }

    private Running running() {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("not started (call start() first) pop=" + popId());
        }
        return now;
    }

    private String popId() {
        return wiring.orchestrator().popId().value();
    }
}
