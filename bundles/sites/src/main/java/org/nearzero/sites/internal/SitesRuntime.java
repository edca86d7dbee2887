package org.nearzero.sites.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.ingress.ConnectionEvent;
import org.nearzero.api.ingress.ConnectionListener;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Problems;
import org.nearzero.api.model.Subscription;
import org.nearzero.api.orchestrator.Orchestrator;
import org.nearzero.api.orchestrator.RefusedException;
import org.nearzero.api.policy.PolicyEngine;
import org.nearzero.api.sites.Deployment;
import org.nearzero.api.sites.HomebaseRule;
import org.nearzero.api.sites.MigrationListener;
import org.nearzero.api.sites.PeerService;
import org.nearzero.api.sites.PointOfPresence;
import org.nearzero.api.sites.Sites;
import org.nearzero.api.store.Store;
import org.nearzero.sites.core.Effect;
import org.nearzero.sites.core.Site;
import org.nearzero.sites.core.SiteEvent;

/**
 * A site among its peers: joins the loop with the orchestrator and the ingress here, the store, and the network. A plain class, which a
 * host without a framework builds in the same way as the component does. Nothing has to be saved when it ends: closing it and killing
 * it come to the same.
 */
public final class SitesRuntime implements Sites, PeerService, ConnectionListener, AutoCloseable {
    private static final int THREADS = 4;

    private final SitesSettings settings;
    private final SitePeerSecurity security;
    private final PolicyEngine policyEngine;
    private final Orchestrator orchestrator;
    private final Ingress ingress;
    private final Optional<JoinTokens> tokens;
    private final ExecutorService network = Threads.few("nearzero-sites-io", THREADS);
    private final ExecutorService slow = Threads.few("nearzero-sites-slow", 2);
    private final HomebaseRules rules = new HomebaseRules();
    private final Announcer announcer = new Announcer();
    private final DriverChoice drivers = new DriverChoice();
    private final Optional<Spool> spool;
    private final Artefacts artefacts;
    private final SiteLoop loop;
    private final Placements placements;
    private final Observations observations;
    private final Contacts contacts;
    private final Couriers couriers;
    private final Handover handover;
    private final PeerDesk desk;
    private List<Subscription> subscriptions = List.of();

    /**
     * Builds it; {@link #start} starts it.
     *
     * @param security proves the site of the settings
     * @param policyEngine knows the operator's policy, which bounds where applications are served whose homebase is here
     * @throws org.nearzero.api.model.InvalidInputException if the parts are not of one site
     * @throws UncheckedIOException if the settings name an authority and there is none
     */
    public SitesRuntime(
            SitesSettings settings,
            SitePeerSecurity security,
            PolicyEngine policyEngine,
            Orchestrator orchestrator,
            Ingress ingress,
            Store store,
            Clock clock) {
        PopId popId = settings.popId();
        Problems.check()
                .expect(
                        security.popId().equals(popId),
                        "popId",
                        popId,
                        security.popId() + ", whom the certificate names")
                .expect(
                        orchestrator.popId().equals(popId),
                        "popId",
                        popId,
                        orchestrator.popId() + ", as the orchestrator's")
                .throwIfAny();
        this.settings = settings;
        this.security = security;
        this.policyEngine = policyEngine;
        this.orchestrator = orchestrator;
        this.ingress = ingress;
        Optional<Authority> authority = settings.authority().map(SitesRuntime::open);
        this.tokens = authority.map(held -> new JoinTokens(held, clock));
        this.loop = new SiteLoop(
                settings, store, () -> policyEngine.operatorPolicy().maxServingPops(), clock, new Outcome());
        this.observations = new Observations(loop, orchestrator, ingress, this::refused, this::plays);
        this.contacts = new Contacts(settings, loop, security, network, slow);
        this.spool = settings.images().map(Spool::new);
        // Over other connections: what is long must not keep what is urgent waiting.
        Questions forImages = new Questions(loop, links(), contacts::doorsOf, network);
        this.artefacts = new Artefacts(drivers, forImages, spool, slow);
        this.placements = new Placements(loop, orchestrator, artefacts::bring, observations::mark);
        Function<PopId, PeerLink> links = links();
        this.couriers = new Couriers(loop, links, contacts::doorsOf, network);
        Questions questions = new Questions(loop, links, contacts::doorsOf, network);
        this.handover = new Handover(popId, loop, placements, rules, questions, network);
        ImageDesk images = new ImageDesk(popId, loop, drivers, spool, slow);
        this.desk = new PeerDesk(loop, handover, images, authority.map(this::joinDesk), network, slow);
    }

    private static Authority open(Path directory) {
        try {
            return Authority.open(directory);
        } catch (IOException | GeneralSecurityException e) {
            throw new UncheckedIOException("authorityDirectory: " + e.getMessage(), new IOException(e));
        }
    }

    private JoinDesk joinDesk(Authority authority) {
        return new JoinDesk(authority, tokens.orElseThrow(), settings.memberValidity(), this::peerLines);
    }

    private List<String> peerLines() {
        return pops().stream()
                .flatMap(pop -> pop.doors().stream().map(door -> pop.popId() + "@" + Doors.text(door)))
                .toList();
    }

    private String refused(AppId appId) {
        return placements.condition(appId);
    }

    private boolean plays(AppId appId) {
        return placements.plays(appId);
    }

    /** Connections of their own to each peer, kept while it runs. */
    private Function<PopId, PeerLink> links() {
        Map<PopId, PeerLink> links = new ConcurrentHashMap<>();
        return peer -> links.computeIfAbsent(peer, popId -> new PeerLink(security, Optional.of(popId), network));
    }

    /** Starts: reads the store, places what it knows, looks for peers. Returns at once. */
    public void start() {
        subscriptions = List.of(
                policyEngine.watch(loop::operatorPolicyChanged),
                orchestrator.watch(observations),
                ingress.watch(observations));
        spool.ifPresent(kept -> slow.execute(kept::clean));
        loop.start();
        loop.execute(contacts::start);
    }

    private final class Outcome implements SiteLoop.Outcome {
        @Override
        public void carryOut(Effect effect) {
            if (effect instanceof Effect.Place place) {
                placements.place(place.application(), place.placement());
                observations.mark(place.application().appId());
            } else if (effect instanceof Effect.Remove remove) {
                placements.remove(remove.appId(), remove.drain());
            } else if (effect instanceof Effect.Send send) {
                couriers.send(send.peer());
            } else if (effect instanceof Effect.Tell tell) {
                announcer.tell(tell.migration());
            }
        }

        @Override
        public void lost() {
            placements.doubtAll();
        }

        @Override
        public void up() {
            placements.removeDoubtful();
            deployments()
                    .forEach(deployment ->
                            observations.mark(deployment.application().appId()));
        }
    }

    /** Registers a driver that the orchestrator here has too, under the same ranking. */
    public void addDriver(ContainerDriver driver, int ranking) {
        drivers.add(driver, ranking);
    }

    /** Takes a driver back. */
    public void removeDriver(ContainerDriver driver) {
        drivers.remove(driver);
    }

    /** Registers an operator's rule. */
    public void addRule(HomebaseRule rule, int ranking) {
        rules.add(rule, ranking);
    }

    /** Takes a rule back. */
    public void removeRule(HomebaseRule rule) {
        rules.remove(rule);
    }

    /** Registers a listener until it is removed. */
    public void addListener(MigrationListener listener) {
        announcer.watch(listener);
    }

    /** Takes a listener back. */
    public void removeListener(MigrationListener listener) {
        announcer.remove(listener);
    }

    /**
     * Makes a token with which a site can join here once. Does I/O.
     *
     * @throws RefusedException {@code FAILED_PRECONDITION} if this site has no authority
     */
    public String issueToken(PopId popId, Duration validity) throws IOException {
        JoinTokens issuer = tokens.orElseThrow(() -> new RefusedException(
                RefusedException.Code.FAILED_PRECONDITION,
                "pop=" + settings.popId()
                        + ": has no authority (set authorityDirectory, or ask the site that has it)"));
        return issuer.issue(popId, validity, settings.doors().get(0));
    }

    @Override
    public PopId popId() {
        return settings.popId();
    }

    @Override
    public List<PointOfPresence> pops() {
        return loop.look(site -> site.pops(loop.now())).orElse(List.of());
    }

    @Override
    public CompletionStage<Deployment> apply(Application application) {
        return handedOut(handover.apply(application));
    }

    @Override
    public CompletionStage<Void> delete(AppId appId, Duration drain) {
        return handedOut(handover.delete(appId, drain));
    }

    @Override
    public Optional<Deployment> deployment(AppId appId) {
        return loop.look(site -> site.deployment(appId)).orElse(Optional.empty());
    }

    @Override
    public List<Deployment> deployments() {
        return loop.look(Site::deployments).orElse(List.of());
    }

    @Override
    public CompletionStage<Void> setAvailability(PopId pop, PointOfPresence.Availability availability) {
        return handedOut(loop.call(
                (site, now) -> {
                    if (site.pops(now).stream().noneMatch(known -> known.popId().equals(pop))) {
                        throw new RefusedException(
                                RefusedException.Code.NOT_FOUND, "pop=" + pop + ": no such site is known here");
                    }
                    return site.on(new SiteEvent.SetAvailability(pop, availability), now);
                },
                site -> null));
    }

    /** Whoever asked goes on on another thread than the loop's, and sees the failure itself. */
    private <T> CompletionStage<T> handedOut(CompletableFuture<T> answer) {
        CompletableFuture<T> out = new CompletableFuture<>();
        answer.whenComplete((value, failure) -> Threads.run(network, () -> {
            if (failure == null) {
                out.complete(value);
            } else {
                out.completeExceptionally(Reasons.unwrapped(failure));
            }
        }));
        return out;
    }

    @Override
    public Subscription watch(MigrationListener listener) {
        return announcer.watch(listener);
    }

    @Override
    public CompletionStage<Answer> answer(Optional<PopId> peer, String path, byte[] body) {
        return desk.answer(peer, path, body);
    }

    @Override
    public void onEvents(List<ConnectionEvent> events, long lost) {
        observations.onEvents(events, lost);
    }

    @Override
    public void close() {
        subscriptions.forEach(Subscription::close);
        loop.close();
        artefacts.close();
        rules.close();
        announcer.close();
        network.shutdown();
        slow.shutdown();
    }
}
