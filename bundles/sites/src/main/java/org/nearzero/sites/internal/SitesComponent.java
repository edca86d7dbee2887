package org.nearzero.sites.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import javax.net.ssl.SSLContext;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.ingress.ConnectionEvent;
import org.nearzero.api.ingress.ConnectionListener;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Problems;
import org.nearzero.api.model.Subscription;
import org.nearzero.api.model.ZoneId;
import org.nearzero.api.orchestrator.Orchestrator;
import org.nearzero.api.policy.PolicyEngine;
import org.nearzero.api.sites.Deployment;
import org.nearzero.api.sites.HomebaseRule;
import org.nearzero.api.sites.MigrationListener;
import org.nearzero.api.sites.PeerSecurity;
import org.nearzero.api.sites.PeerService;
import org.nearzero.api.sites.PointOfPresence;
import org.nearzero.api.sites.Sites;
import org.nearzero.api.store.Store;
import org.nearzero.api.time.SteadyClock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * {@link SitesRuntime} as services. Without a configuration there is none: the site has no peers, and nothing about it changes. Its name is
 * that of the orchestrator.
 */
@Component(
        service = {Sites.class, PeerService.class, PeerSecurity.class, ConnectionListener.class},
        configurationPid = SitesComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = SitesComponent.Config.class)
public final class SitesComponent implements Sites, PeerService, PeerSecurity, ConnectionListener {
    /** Where its configuration is found. */
    public static final String PID = "org.nearzero.sites";

    /** What an operator can set. Durations are in milliseconds or days. */
    @ObjectClassDefinition(name = "Nearzero sites", description = "One point of presence among the operator's others")
    public @interface Config {
        @AttributeDefinition(
                name = "Zone",
                description = "The edge cloud zone that this site is in: 1 to 64 of A-Z, a-z, 0-9 and inner . _ -")
        String zoneId() default "";

        @AttributeDefinition(
                name = "Doors",
                description = "Where peers reach this site's peer door, host:port; at least one")
        String[] doors() default {};

        @AttributeDefinition(
                name = "Ingress endpoints",
                description = "Where devices reach this site, host:port, as other sites are told; may be empty")
        String[] ingressEndpoints() default {};

        @AttributeDefinition(
                name = "Peers",
                description =
                        "Where other sites are found: pop@host:port, or dns:name:port, which is looked up again and"
                                + " again; may be empty, they may find this one")
        String[] peers() default {};

        @AttributeDefinition(
                name = "Heartbeat (ms)",
                description = "How often it speaks to each peer though it has no news, 50 to 60000")
        long heartbeatMillis() default 2_000;

        @AttributeDefinition(
                name = "Certificate directory",
                description = "Where site.p12, site.password and authority.pem are, made by nearzero ca")
        String certificateDirectory() default "";

        @AttributeDefinition(
                name = "Authority directory",
                description = "Where the operator's certificate authority is, on the one site that lets others join;"
                        + " empty on all others")
        String authorityDirectory() default "";

        @AttributeDefinition(
                name = "Member validity (days)",
                description = "How long the certificate of a site that joins is valid, 1 to 3650")
        long memberValidityDays() default 365;

        @AttributeDefinition(
                name = "Image directory",
                description =
                        "Where images lie while they go from one site to another, for sites that reach no registry;"
                                + " relative to the working directory; empty: they do not")
        String imageDirectory() default "data/images";
    }

    private final SitePeerSecurity security;
    private final SitesRuntime runtime;

    /**
     * @param properties what the configuration was made from, to find keys that are misspelt
     * @throws org.nearzero.api.model.InvalidInputException with every problem of the configuration
     * @throws UncheckedIOException if the certificate or the authority cannot be used
     */
    @Activate
    public SitesComponent(
            Config config,
            Map<String, Object> properties,
            @Reference PolicyEngine policyEngine,
            @Reference Orchestrator orchestrator,
            @Reference Ingress ingress,
            @Reference Store store) {
        SitesSettings configured = settings(config, properties, orchestrator.popId());
        security = security(Path.of(config.certificateDirectory().strip()));
        try {
            runtime = new SitesRuntime(
                    withJoined(configured),
                    security,
                    policyEngine,
                    orchestrator,
                    ingress,
                    store,
                    SteadyClock.ofThisProcess());
        } catch (RuntimeException e) {
            security.close();
            throw e;
        }
        runtime.start();
    }

    static SitesSettings settings(Config config, Map<String, ?> properties, PopId popId) {
        Problems problems = Problems.check();
        ZoneId zone = problems.part(
                "", new ZoneId("invalid"), () -> new ZoneId(config.zoneId().strip()));
        problems.expect(
                !config.certificateDirectory().isBlank(),
                "certificateDirectory",
                "",
                "the directory that nearzero ca made");
        List<Endpoint> doors = each(problems, "doors", config.doors(), Doors::parse);
        List<Endpoint> ingress = each(problems, "ingressEndpoints", config.ingressEndpoints(), Doors::parse);
        List<PeerAddress> peers = each(problems, "peers", config.peers(), PeerAddress::parse);
        // A door that is wrong was told of already: a stand-in keeps it from being told as missing.
        List<Endpoint> some =
                doors.isEmpty() && config.doors().length > 0 ? List.of(new Endpoint("invalid", 1)) : doors;
        SitesSettings settings = problems.part(
                "",
                SitesSettings.of(popId, zone, List.of(new Endpoint("invalid", 1))),
                () -> new SitesSettings(
                        popId,
                        zone,
                        some,
                        ingress,
                        peers,
                        Duration.ofMillis(config.heartbeatMillis()),
                        directory(config.authorityDirectory()),
                        Duration.ofDays(config.memberValidityDays()),
                        directory(config.imageDirectory())));
        problems.keys(properties, Config.class);
        Problems.check().addAll(PID, problems.toList()).throwIfAny();
        return settings;
    }

    private static Optional<Path> directory(String text) {
        return Optional.of(text.strip())
                .filter(directory -> !directory.isEmpty())
                .map(Path::of);
    }

    private static <T> List<T> each(
            Problems problems, String field, String[] texts, BiFunction<String, String, T> parser) {
        return Arrays.stream(texts)
                .map(String::strip)
                .map(text -> problems.part("", (T) null, () -> parser.apply(field, text)))
                .filter(Objects::nonNull)
                .toList();
    }

    private static SitePeerSecurity security(Path directory) {
        try {
            return new SitePeerSecurity(directory, SteadyClock.ofThisProcess());
        } catch (IOException | GeneralSecurityException e) {
            throw new UncheckedIOException(
                    "certificateDirectory: " + e.getMessage() + " (make what belongs there with: nearzero ca)",
                    new IOException(e));
        }
    }

    private SitesSettings withJoined(SitesSettings configured) {
        try {
            List<PeerAddress> all = new ArrayList<>(configured.peers());
            all.addAll(security.joinedPeers());
            return configured.withPeers(all.stream().distinct().toList());
        } catch (IOException e) {
            throw new UncheckedIOException("certificateDirectory: " + e.getMessage(), e);
        }
    }

    @Deactivate
    void deactivate() {
        runtime.close();
        security.close();
    }

    @Reference(
            service = ContainerDriver.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addDriver(ContainerDriver driver, Map<String, Object> properties) {
        runtime.addDriver(driver, ranking(properties));
    }

    void removeDriver(ContainerDriver driver) {
        runtime.removeDriver(driver);
    }

    private static int ranking(Map<String, Object> properties) {
        return properties.get("service.ranking") instanceof Integer ranking ? ranking : 0;
    }

    @Reference(
            service = HomebaseRule.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addRule(HomebaseRule rule, Map<String, Object> properties) {
        runtime.addRule(rule, ranking(properties));
    }

    void removeRule(HomebaseRule rule) {
        runtime.removeRule(rule);
    }

    @Reference(
            service = MigrationListener.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addListener(MigrationListener listener) {
        runtime.addListener(listener);
    }

    void removeListener(MigrationListener listener) {
        runtime.removeListener(listener);
    }

    @Override
    public PopId popId() {
        return runtime.popId();
    }

    @Override
    public SSLContext sslContext() {
        return security.sslContext();
    }

    @Override
    public Optional<PopId> identify(X509Certificate certificate) {
        return security.identify(certificate);
    }

    @Override
    public CompletionStage<Answer> answer(Optional<PopId> peer, String path, byte[] body) {
        return runtime.answer(peer, path, body);
    }

    @Override
    public void onEvents(List<ConnectionEvent> events, long lost) {
        runtime.onEvents(events, lost);
    }

    @Override
    public List<PointOfPresence> pops() {
        return runtime.pops();
    }

    @Override
    public CompletionStage<Deployment> apply(Application application) {
        return runtime.apply(application);
    }

    @Override
    public CompletionStage<Void> delete(AppId appId, Duration drain) {
        return runtime.delete(appId, drain);
    }

    @Override
    public Optional<Deployment> deployment(AppId appId) {
        return runtime.deployment(appId);
    }

    @Override
    public List<Deployment> deployments() {
        return runtime.deployments();
    }

    @Override
    public CompletionStage<Void> setAvailability(PopId pop, PointOfPresence.Availability availability) {
        return runtime.setAvailability(pop, availability);
    }

    @Override
    public Subscription watch(MigrationListener listener) {
        return runtime.watch(listener);
    }
}
