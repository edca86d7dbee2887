package org.nearzero.startup.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.nearzero.startup.core.StartupState.Component;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Reads from Declarative Services what each component waits for, or why it failed. */
final class Components {
    private static final String OURS = "org.nearzero.";

    private Components() {}

    /** The enabled components of the platform's own bundles, each configuration of a component for itself. */
    static List<Component> read(ServiceComponentRuntime runtime) {
        List<Component> components = new ArrayList<>();
        for (ComponentDescriptionDTO description : runtime.getComponentDescriptionDTOs()) {
            if (description.bundle.symbolicName.startsWith(OURS) && runtime.isComponentEnabled(description)) {
                Collection<ComponentConfigurationDTO> configurations =
                        runtime.getComponentConfigurationDTOs(description);
                configurations.forEach(configuration -> components.add(component(description, configuration)));
            }
        }
        return components;
    }

    private static Component component(ComponentDescriptionDTO description, ComponentConfigurationDTO configuration) {
        String failure = configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION
                ? cause(String.valueOf(configuration.failure))
                : "";
        return new Component(
                description.bundle.symbolicName, description.name, missing(description, configuration), failure);
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

    /** The innermost cause in a stack trace: the one that names what to do something about. */
    static String cause(String stackTrace) {
        String cause = "";
        for (String line : stackTrace.split("\\R")) {
            boolean frame = line.startsWith("\t") || line.isBlank() || line.startsWith(" ");
            if (line.startsWith("Caused by: ")) {
                cause = line.substring("Caused by: ".length());
            } else if (cause.isEmpty() && !frame) {
                cause = line;
            }
        }
        return cause.isEmpty() ? "unknown" : cause;
    }
}
