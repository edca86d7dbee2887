package org.nearzero.startup.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nearzero.startup.core.StartupState.Component;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Reads from Declarative Services what each component waits for, or why it failed. */
final class Components {
    private static final String OURS = "org.nearzero.";
    private static final Pattern CONSEQUENCE = Pattern.compile(".*Unable to get service for reference (\\S+).*");
    private static final Pattern WRITTEN_TO_BE_READ = Pattern.compile(
            "^(java\\.lang\\.Illegal(State|Argument)|java\\.io\\.UncheckedIO|org\\.nearzero\\.[a-z.]+\\w+)Exception: ");

    private Components() {}

    /** The enabled components of the platform's own bundles, each configuration of a component for itself. */
    static List<Component> read(ServiceComponentRuntime runtime) {
        List<Component> components = new ArrayList<>();
        for (ComponentDescriptionDTO description : runtime.getComponentDescriptionDTOs()) {
            if (description.bundle.symbolicName.startsWith(OURS) && runtime.isComponentEnabled(description)) {
                Collection<ComponentConfigurationDTO> configurations =
                        runtime.getComponentConfigurationDTOs(description);
                configurations.stream()
                        .filter(configuration -> isWanted(description, configuration))
                        .forEach(configuration -> components.add(component(description, configuration)));
            }
        }
        return components;
    }

    /** Not one that exists only once an operator configures it, and that nobody has configured. */
    static boolean isWanted(ComponentDescriptionDTO description, ComponentConfigurationDTO configuration) {
        return !"require".equals(description.configurationPolicy)
                || (configuration.state & ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION) == 0;
    }

    private static Component component(ComponentDescriptionDTO description, ComponentConfigurationDTO configuration) {
        String failure = configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION
                ? cause(String.valueOf(configuration.failure))
                : "";
        List<String> missing = new ArrayList<>(missing(description, configuration));
        Matcher consequence = CONSEQUENCE.matcher(failure);
        if (consequence.matches()) {
            // What it refers to is there and fails to come up, which is told by itself.
            missing.add("reference " + consequence.group(1));
            failure = "";
        }
        return new Component(description.bundle.symbolicName, description.name, missing, failure);
    }

    private static List<String> missing(ComponentDescriptionDTO description, ComponentConfigurationDTO configuration) {
        Stream<String> config = (configuration.state & ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION) != 0
                ? Stream.of("configuration " + String.join(" or ", description.configurationPid))
                : Stream.empty();
        Stream<String> references =
                Stream.of(configuration.unsatisfiedReferences).map(Components::reference);
        return Stream.concat(config, references).toList();
    }

    private static String reference(UnsatisfiedReferenceDTO reference) {
        return "reference " + reference.name + (reference.target == null ? "" : " " + reference.target);
    }

    /**
     * What a stack trace tells a person: the first throwable that is not reflection's wrapping, without the name of its class
     * where the message was written to be read.
     */
    static String cause(String stackTrace) {
        return stackTrace
                .lines()
                .filter(line -> !line.startsWith("\t") && !line.startsWith(" ") && !line.isBlank())
                .map(line -> line.startsWith("Caused by: ") ? line.substring("Caused by: ".length()) : line)
                .filter(line -> !line.startsWith("java.lang.reflect."))
                .findFirst()
                .map(line -> WRITTEN_TO_BE_READ.matcher(line).replaceFirst(""))
                .orElse("unknown");
    }
}
