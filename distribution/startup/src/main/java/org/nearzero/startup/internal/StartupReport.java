package org.nearzero.startup.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.startup.core.StartupState;
import org.nearzero.startup.core.StartupState.Phase;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.condition.Condition;
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

    private static final Logger LOG = LoggerFactory.getLogger(StartupReport.class);
    private final Path file;
    private final Path configuration;
    private final List<String> expected;
    private volatile Optional<Ingress> ingress = Optional.empty();
    private volatile Optional<String> management = Optional.empty();
    private volatile Optional<Runnable> wayOut = Optional.empty();
    private String reported = "";
    private boolean served;

    @Activate
    public StartupReport(BundleContext context, Config config) {
        Path base = Path.of(context.getProperty("nearzero.base"));
        file = base.resolve("run").resolve("state");
        configuration = base.resolve("conf").resolve("nearzero.json");
        expected = List.of(config.expected());
    }

    @Reference(policy = ReferencePolicy.DYNAMIC, updated = "report")
    void report(ServiceComponentRuntime runtime) throws IOException {
        tell(expected.isEmpty() ? unconfigured() : StartupState.of(expected, Components.read(runtime)));
    }

    /** Without a configuration there is nothing to expect either: the file is not there, not JSON, or not ours. */
    private StartupState unconfigured() {
        return new StartupState(Phase.FAILED, List.of(ConfigurationFile.problem(configuration)));
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

    /** Where the API is, once it listens. */
    @Reference(
            policy = ReferencePolicy.DYNAMIC,
            cardinality = ReferenceCardinality.OPTIONAL,
            target = "(" + Condition.CONDITION_ID + "=org.nearzero.management)",
            unbind = "apiGone")
    void apiListens(Condition listens, Map<String, Object> properties) {
        management = Optional.of(String.valueOf(properties.get("endpoint")));
    }

    void apiGone(Condition listens) {
        management = Optional.empty();
    }

    /** The launcher's end of the platform, where nobody watches the state file: in the foreground. */
    @Reference(
            policy = ReferencePolicy.DYNAMIC,
            cardinality = ReferenceCardinality.OPTIONAL,
            target = "(nearzero.launcher=give-up)",
            unbind = "noWayOut")
    void canGiveUp(Runnable giveUp) {
        wayOut = Optional.of(giveUp);
    }

    void noWayOut(Runnable giveUp) {
        wayOut = Optional.empty();
    }

    @Deactivate
    void stopped() throws IOException {
        Files.deleteIfExists(file);
    }

    private synchronized void tell(StartupState state) throws IOException {
        String text = state.toText() + (state.phase() == Phase.SERVING ? endpoints() : "");
        if (reported.equals(text)) {
            return;
        }
        reported = text;
        served |= state.phase() == Phase.SERVING;
        Path partial = file.resolveSibling("state.partial");
        Files.createDirectories(file.getParent());
        Files.writeString(partial, text);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        log(state);
        if (state.phase() == Phase.FAILED && !served) {
            wayOut.ifPresent(Runnable::run);
        }
    }

    private String endpoints() {
        String ingresses = ingress.stream()
                .flatMap(i -> i.endpoints().stream())
                .map(endpoint -> "ingress http://" + endpoint + "\n")
                .collect(Collectors.joining());
        return ingresses + management.map(url -> "management " + url + "\n").orElse("");
    }

    private static void log(StartupState state) {
        switch (state.phase()) {
            case SERVING -> LOG.info("state=serving");
            case STARTING -> LOG.debug("state=starting problems={}", state.problems());
            case FAILED -> state.problems().forEach(problem -> LOG.error("state=failed problem=\"{}\"", problem));
        }
    }
}
