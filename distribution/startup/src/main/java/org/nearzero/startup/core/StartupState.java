package org.nearzero.startup.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * How far the platform has come up, as its components tell.
 *
 * @param phase in one word
 * @param problems what is in the way, one line each; empty once it serves
 */
public record StartupState(Phase phase, List<String> problems) {
    public StartupState {
        problems = List.copyOf(problems);
    }

    /** How far, in one word. */
    public enum Phase {
        /** Something is still missing, and may yet come. */
        STARTING,
        /** Every component has what it needs. */
        SERVING,
        /** Something failed that will not mend by itself. */
        FAILED
    }

    /**
     * What one component tells of itself.
     *
     * @param bundle symbolic name of the bundle that it belongs to
     * @param name its name
     * @param missing references and configuration that it waits for; empty if it has all
     * @param failure why its activation failed, in one line; empty if it did not
     */
    public record Component(String bundle, String name, List<String> missing, String failure) {
        public Component {
            missing = List.copyOf(missing);
        }
    }

    /**
     * Sums up what all components tell.
     *
     * @param expected bundles that must have a component each before the platform can serve
     */
    public static StartupState of(Collection<String> expected, List<Component> components) {
        List<String> failed = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        TreeSet<String> absent = new TreeSet<>(expected);
        for (Component component : inOrder(components)) {
            absent.remove(component.bundle());
            if (!component.failure().isEmpty()) {
                failed.add(component.name() + ": " + component.failure());
            } else if (!component.missing().isEmpty()) {
                missing.add(component.name() + ": waits for " + String.join(", ", component.missing()));
            }
        }
        absent.forEach(bundle -> missing.add(bundle + ": has not started"));
        if (!failed.isEmpty()) {
            return new StartupState(Phase.FAILED, failed);
        }
        return new StartupState(missing.isEmpty() ? Phase.SERVING : Phase.STARTING, missing);
    }

    private static List<Component> inOrder(List<Component> components) {
        return components.stream()
                .sorted(Comparator.comparing(Component::bundle).thenComparing(Component::name))
                .toList();
    }

    /** The state as the start script reads it: the phase on the first line, then its problems. */
    public String toText() {
        return phase.name().toLowerCase(Locale.ROOT) + "\n"
                + (problems.isEmpty() ? "" : String.join("\n", problems) + "\n");
    }
}
