package org.nearzero.ingress.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nearzero.api.ingress.ConnectionListener;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.DemandListener;
import org.nearzero.api.ingress.DeviceIdentifier;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problems;
import org.nearzero.api.model.Subscription;
import org.nearzero.api.sites.PeerSecurity;
import org.nearzero.api.sites.PeerService;
import org.nearzero.api.time.SteadyClock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.xnio.Xnio;

/** {@link UndertowIngress} as a service. Identifiers and listeners come and go by their services. */
@Component(service = Ingress.class, configurationPid = IngressComponent.PID, immediate = true)
@Designate(ocd = IngressComponent.Config.class)
public final class IngressComponent implements Ingress {
    /** Where its configuration is found. */
    public static final String PID = "org.nearzero.ingress";

    /** What an operator can set. Durations are in milliseconds. */
    @ObjectClassDefinition(name = "Nearzero ingress", description = "Where users' devices connect to")
    public @interface Config {
        @AttributeDefinition(name = "Host", description = "Address to listen on; 0.0.0.0: all of them")
        String host() default "127.0.0.1";

        @AttributeDefinition(name = "Port", description = "0 to 65535; 0: one that is free")
        int port() default 8080;

        @AttributeDefinition(
                name = "Trusted peers",
                description = "Addresses or networks (192.0.2.0/24) of proxies whose word about a client is believed")
        String[] trustedPeers() default {};

        @AttributeDefinition(name = "I/O threads", description = "1 to 256; 0: one for each processor")
        int ioThreads() default 0;

        @AttributeDefinition(name = "Header bytes", description = "Bytes of a request head, 1024 to 1048576")
        int maxHeaderBytes() default 32_768;

        @AttributeDefinition(name = "Header fields", description = "Fields of a request head, 8 to 1000")
        int maxHeaders() default 100;

        @AttributeDefinition(name = "Body bytes", description = "Bytes of a request body; 0: any number")
        long maxBodyBytes() default 0;

        @AttributeDefinition(
                name = "Slowest body (bytes/s)",
                description = "A client that sends a body more slowly is cut off, 0 to 1048576")
        int minBodyBytesPerSecond() default 50;

        @AttributeDefinition(name = "Header timeout (ms)", description = "For a request head")
        long headerTimeoutMillis() default 10_000;

        @AttributeDefinition(name = "Keep-alive (ms)", description = "For the next request of a client")
        long keepAliveMillis() default 60_000;

        @AttributeDefinition(name = "Body timeout (ms)", description = "Without a byte of a request body")
        long bodyTimeoutMillis() default 30_000;

        @AttributeDefinition(name = "Connect timeout (ms)", description = "For an instance to accept")
        long connectTimeoutMillis() default 2_000;

        @AttributeDefinition(
                name = "Response timeout (ms)",
                description = "For the head of a response; waiting for room does not count")
        long responseTimeoutMillis() default 300_000;

        @AttributeDefinition(name = "Write timeout (ms)", description = "Without a client taking a byte of a response")
        long writeTimeoutMillis() default 60_000;

        @AttributeDefinition(
                name = "Upstream idle (ms)",
                description = "For a next use of an idle connection to an instance")
        long upstreamIdleMillis() default 30_000;

        @AttributeDefinition(
                name = "Half closed (ms)",
                description = "For the second side of an upgraded connection to close, once the first has")
        long halfClosedMillis() default 60_000;

        @AttributeDefinition(name = "Drain (ms)", description = "For connections in flight when the ingress closes")
        long drainMillis() default 10_000;

        @AttributeDefinition(
                name = "Settle (ms)",
                description =
                        "After it began to listen, an unknown application is answered 503 instead of 404, 0 to 60000")
        long settleMillis() default 2_000;

        @AttributeDefinition(name = "Peer host", description = "Address to listen on for other sites; 0.0.0.0: all")
        String peerHost() default "127.0.0.1";

        @AttributeDefinition(
                name = "Peer port",
                description = "For other sites, 0 to 65535; 0: one that is free; -1: no other site connects here")
        int peerPort() default -1;

        @AttributeDefinition(
                name = "Relay connect timeout (ms)",
                description = "For another site to accept, and to prove which one it is")
        long relayConnectTimeoutMillis() default 10_000;

        @AttributeDefinition(
                name = "Relayed connections",
                description = "Of one application at once, 1 to 10000000; past it the answer is 503")
        int maxRelayed() default 100_000;
    }

    private final UndertowIngress ingress;

    /**
     * @param properties what the configuration was made from, to find keys that are misspelt
     * @param xnio the provider; in a framework it is a service, since there is no class path to find one on
     * @throws InvalidInputException with every problem of the configuration
     * @throws IllegalStateException if the address cannot be listened on
     */
    @Activate
    public IngressComponent(Config config, Map<String, Object> properties, @Reference Xnio xnio) {
        ingress = new UndertowIngress(settings(config, properties), SteadyClock.ofThisProcess(), Optional.of(xnio));
        try {
            ingress.start();
        } catch (IllegalStateException e) {
            ingress.close(); // it has threads already, and nobody else knows it
            throw e;
        }
    }

    static IngressSettings settings(Config config, Map<String, ?> properties) {
        Problems problems = Problems.check();
        List<Network> trusted = new ArrayList<>();
        for (String peer : config.trustedPeers()) {
            try {
                trusted.add(Network.of(peer));
            } catch (IllegalArgumentException e) {
                problems.add("trustedPeers", peer, "an address, or a network such as 192.0.2.0/24");
            }
        }
        int threads = config.ioThreads() == 0 ? Limits.DEFAULT.ioThreads() : config.ioThreads();
        Limits limits = problems.part(
                "",
                Limits.DEFAULT,
                () -> new Limits(
                        threads,
                        config.maxHeaderBytes(),
                        config.maxHeaders(),
                        config.maxBodyBytes(),
                        config.minBodyBytesPerSecond()));
        Timeouts timeouts = problems.part(
                "",
                Timeouts.DEFAULT,
                () -> new Timeouts(
                        Duration.ofMillis(config.headerTimeoutMillis()),
                        Duration.ofMillis(config.keepAliveMillis()),
                        Duration.ofMillis(config.bodyTimeoutMillis()),
                        Duration.ofMillis(config.connectTimeoutMillis()),
                        Duration.ofMillis(config.responseTimeoutMillis()),
                        Duration.ofMillis(config.writeTimeoutMillis()),
                        Duration.ofMillis(config.upstreamIdleMillis()),
                        Duration.ofMillis(config.halfClosedMillis()),
                        Duration.ofMillis(config.drainMillis())));
        Peering peering = problems.part(
                "",
                Peering.NONE,
                () -> new Peering(
                        config.peerHost(),
                        config.peerPort(),
                        Duration.ofMillis(config.relayConnectTimeoutMillis()),
                        config.maxRelayed()));
        IngressSettings settings = problems.part(
                "",
                IngressSettings.of("127.0.0.1", 0),
                () -> new IngressSettings(
                        config.host(),
                        config.port(),
                        trusted,
                        limits,
                        timeouts,
                        Duration.ofMillis(config.settleMillis()),
                        peering));
        problems.keys(properties, Config.class).throwIfAny();
        return settings;
    }

    @Deactivate
    void deactivate() {
        ingress.close();
    }

    @Reference(
            service = DeviceIdentifier.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addIdentifier(DeviceIdentifier identifier, Map<String, Object> properties) {
        ingress.addIdentifier(identifier, properties.get("service.ranking") instanceof Integer ranking ? ranking : 0);
    }

    void removeIdentifier(DeviceIdentifier identifier) {
        ingress.removeIdentifier(identifier);
    }

    @Reference(
            service = ConnectionListener.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addListener(ConnectionListener listener) {
        ingress.addListener(listener);
    }

    void removeListener(ConnectionListener listener) {
        ingress.removeListener(listener);
    }

    @Reference(
            service = PeerSecurity.class,
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addPeerSecurity(PeerSecurity security) {
        ingress.addPeerSecurity(security);
    }

    void removePeerSecurity(PeerSecurity security) {
        ingress.removePeerSecurity(security);
    }

    @Reference(
            service = PeerService.class,
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addPeerService(PeerService service) {
        ingress.addPeerService(service);
    }

    void removePeerService(PeerService service) {
        ingress.removePeerService(service);
    }

    @Override
    public void route(Routes routes) {
        ingress.route(routes);
    }

    @Override
    public void withdraw(AppId app, String reason) {
        ingress.withdraw(app, reason);
    }

    @Override
    public Demand demand(AppId app) {
        return ingress.demand(app);
    }

    @Override
    public Demand peek(AppId app) {
        return ingress.peek(app);
    }

    @Override
    public boolean retire(AppId app, AppInstanceId instance) {
        return ingress.retire(app, instance);
    }

    @Override
    public void breakRelayed(AppId app) {
        ingress.breakRelayed(app);
    }

    @Override
    public Subscription watch(DemandListener listener) {
        return ingress.watch(listener);
    }

    @Override
    public List<Endpoint> endpoints() {
        return ingress.endpoints();
    }

    @Override
    public Optional<Endpoint> peerDoor() {
        return ingress.peerDoor();
    }
}
