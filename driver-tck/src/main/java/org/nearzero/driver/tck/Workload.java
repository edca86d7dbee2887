package org.nearzero.driver.tck;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.nearzero.api.model.Artefact;

/**
 * What a {@link DriverUnderTest} has the contract run. The contract makes the application of it, adding names and environment.
 *
 * @param artefact what an instance is made from
 * @param command as in {@link org.nearzero.api.model.Application#command()}
 * @param env what the program needs in its environment; the contract adds to it
 * @param port TCP port at which the program listens, 1 to 65535; of no interest to a driver that hands over a port in
 *     {@code PORT}
 */
public record Workload(Artefact artefact, List<String> command, Map<String, String> env, int port) {
    public Workload {
        requireNonNull(artefact, "artefact");
        command = List.copyOf(command);
        env = Map.copyOf(env);
    }

    /** A workload that needs nothing in its environment and listens at 8080, or at {@code PORT}. */
    public Workload(Artefact artefact, List<String> command) {
        this(artefact, command, Map.of(), 8080);
    }
}
