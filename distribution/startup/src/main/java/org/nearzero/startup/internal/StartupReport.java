package org.nearzero.startup.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Dictionary;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.startup.core.StartupState;
import org.nearzero.startup.core.StartupState.Phase;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes how far the platform has come up to {@code run/state}, for the start script, and logs each change of it.
 *
 * <p>Driven by the change count that Declarative Services keeps as a property of its own service: nothing is polled.
 */
@Component(
        configurationPid = StartupReport.PID,
        service = {},
        immediate = true)
@Designate(ocd = StartupReport.Config.class)
public final class StartupReport {
    /** PID of the configuration. */
    static final String PID = "org.nearzero.startup";

    /** Configuration. */
    @ObjectClassDefinition(name = "Nearzero start-up")
    public @interface Config {
        @AttributeDefinition(
                description = "Symbolic names of the bundles of which each must have a component before the platform"
                        + " serves; none: the configuration was not read, which is a failure")
        String[] expected() default {};
    }

    private static final String MANAGEMENT = "org.nearzero.management";
    private static final Logger LOG = LoggerFactory.getLogger(StartupReport.class);
    private static final StartupState UNCONFIGURED =
            new StartupState(Phase.FAILED, List.of("conf/nearzero.json could not be read (the log says where)"));

    private final Path file;
    private final List<String> expected;
    private final ConfigurationAdmin configurations;
    private volatile Optional<Ingress> ingress = Optional.empty();
    private Optional<StartupState> reported = Optional.empty();

    @Activate
    public StartupReport(BundleContext context, Config config, @Reference ConfigurationAdmin configurations) {
        file = Path.of(context.getProperty("nearzero.base"), "run", "state");
        expected = List.of(config.expected());
        this.configurations = configurations;
    }

    @Reference(policy = ReferencePolicy.DYNAMIC, updated = "report")
    void report(ServiceComponentRuntime runtime) throws IOException {
        tell(expected.isEmpty() ? UNCONFIGURED : StartupState.of(expected, Components.read(runtime)));
    }

    /** A dynamic reference needs a way back; the state file goes with the component. */
    void unreport(ServiceComponentRuntime runtime) {}

    /** Where users connect to, once there is an ingress. */
    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL, unbind = "lost")
    void found(Ingress found) {
        ingress = Optional.of(found);
    }

    void lost(Ingress lost) {
        ingress = Optional.empty();
    }

    @Deactivate
    void stopped() throws IOException {
        Files.deleteIfExists(file);
    }

    private synchronized void tell(StartupState state) throws IOException {
        if (reported.equals(Optional.of(state))) {
            return;
        }
        reported = Optional.of(state);
        Path partial = file.resolveSibling("state.partial");
        Files.createDirectories(file.getParent());
        Files.writeString(partial, state.toText() + (state.phase() == Phase.SERVING ? endpoints() : ""));
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        log(state);
    }

    private String endpoints() throws IOException {
        String ingresses = ingress.stream()
                .flatMap(i -> i.endpoints().stream())
                .map(endpoint -> "ingress http://" + endpoint + "\n")
                .collect(Collectors.joining());
        return ingresses + management();
    }

    /** The API's address as it is configured; nothing if it is left to a default or to chance. */
    private String management() throws IOException {
        Dictionary<String, Object> properties =
                configurations.getConfiguration(MANAGEMENT, "?").getProperties();
        Object host = properties == null ? null : properties.get("host");
        Object port = properties == null ? null : properties.get("port");
        return host == null || port == null || "0".equals(port.toString())
                ? ""
                : "management http://" + host + ":" + port + "\n";
    }

    private static void log(StartupState state) {
        switch (state.phase()) {
            case SERVING -> LOG.info("state=serving");
            case STARTING -> LOG.debug("state=starting problems={}", state.problems());
            case FAILED -> LOG.error("state=failed problems={}", state.problems());
        }
    }
}
