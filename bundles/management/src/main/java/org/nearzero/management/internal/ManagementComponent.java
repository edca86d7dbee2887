package org.nearzero.management.internal;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problems;
import org.nearzero.api.orchestrator.Orchestrator;
import org.nearzero.api.sites.Sites;
import org.nearzero.api.store.Store;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.condition.Condition;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * {@link ManagementServer} as a component. It offers no service but its port; a condition named after its PID tells in the
 * property {@code endpoint} where that is, once it listens.
 */
@Component(
        service = {},
        configurationPid = ManagementComponent.PID,
        immediate = true)
@Designate(ocd = ManagementComponent.Config.class)
public final class ManagementComponent {
    /** Where its configuration is found. */
    public static final String PID = "org.nearzero.management";

    /** What an operator can set. */
    @ObjectClassDefinition(
            name = "Nearzero management",
            description = "The REST API through which applications are handed over, watched and taken back")
    public @interface Config {
        @AttributeDefinition(
                name = "Host",
                description =
                        "The address that it listens on. One that other machines reach needs remoteAllowed and tokenFile")
        String host() default "127.0.0.1";

        @AttributeDefinition(name = "Port", description = "TCP port, 0 to 65535; 0: one that is free")
        int port() default ManagementSettings.DEFAULT_PORT;

        @AttributeDefinition(
                name = "Token file",
                description =
                        "The file whose content a caller has to show as bearer token, with permissions 0600; made if"
                                + " it does not exist; empty: no token needed")
        String tokenFile() default "";

        @AttributeDefinition(
                name = "Host names",
                description = "Names by which callers may address it besides localhost and host, without port")
        String[] hostNames() default {};

        @AttributeDefinition(
                name = "Remote allowed",
                description = "Whether host may be an address that other machines reach")
        boolean remoteAllowed() default false;
    }

    private final ManagementServer server;
    private ServiceRegistration<Condition> listening;
    private volatile Sites peers;

    /**
     * @param properties what the configuration was made from, to find keys that are misspelt
     * @throws InvalidInputException with every problem of the configuration
     */
    @Activate
    public ManagementComponent(
            Config config,
            Map<String, Object> properties,
            @Reference Orchestrator orchestrator,
            @Reference Ingress ingress,
            @Reference Store store) {
        server = new ManagementServer(settings(config, properties), orchestrator, ingress, store);
    }

    /** With the peers that it has by now. @throws RuntimeException as {@link ManagementServer#start} does */
    @Activate
    void activate(BundleContext context) {
        server.start();
        // With port 0 nobody else knows where it is.
        listening = context.registerService(
                Condition.class,
                Condition.INSTANCE,
                new Hashtable<>(Map.of(Condition.CONDITION_ID, PID, "endpoint", "http://" + server.address())));
    }

    /** A site may get its peers while it runs. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setSites(Sites sites) {
        peers = sites;
        server.sites(Optional.of(sites));
    }

    /** One that is replaced goes after the new one has come. */
    void unsetSites(Sites sites) {
        if (peers == sites) {
            server.sites(Optional.empty());
        }
    }

    static ManagementSettings settings(Config config, Map<String, ?> properties) {
        Problems problems = Problems.check();
        ManagementSettings settings = problems.part(
                "",
                ManagementSettings.of("127.0.0.1", 0),
                () -> new ManagementSettings(
                        config.host().strip(),
                        config.port(),
                        path(config.tokenFile()),
                        Arrays.stream(config.hostNames()).map(String::strip).toList(),
                        config.remoteAllowed()));
        problems.keys(properties, Config.class);
        Problems.check().addAll(PID, problems.toList()).throwIfAny();
        return settings;
    }

    private static Optional<Path> path(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text.strip()));
    }

    @Deactivate
    void deactivate() {
        listening.unregister();
        server.close();
    }
}
