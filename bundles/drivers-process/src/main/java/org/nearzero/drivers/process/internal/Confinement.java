package org.nearzero.drivers.process.internal;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.nearzero.api.model.Application;

/**
 * Keeps an application's environment from making another program of the file that the operator has allowed: by a library that the
 * linker loads into it, by a script that an interpreter reads first, by where it looks for other programs. It cannot confine an
 * interpreter: that runs what its arguments say.
 */
final class Confinement {
    private static final Set<String> NAMES =
            Set.of("PATH", "ENV", "BASH_ENV", "NODE_OPTIONS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");
    private static final List<String> PREFIXES = List.of("LD_", "PYTHON", "PERL5");

    private Confinement() {}

    /** @throws DriverException {@code UNSUPPORTED} with every name that is refused */
    static void check(Application application) {
        Set<String> refused = new TreeSet<>(application.env().keySet());
        refused.removeIf(Predicate.not(Confinement::isRefused));
        if (!refused.isEmpty()) {
            throw new DriverException(
                    Code.UNSUPPORTED,
                    "app=" + application.appId() + ": env has " + String.join(", ", refused)
                            + ", which would let it run something else than "
                            + application.artefact().imagePath() + ": remove them from env");
        }
    }

    private static boolean isRefused(String name) {
        return NAMES.contains(name) || PREFIXES.stream().anyMatch(name::startsWith);
    }
}
