package org.nearzero.drivers.docker.internal;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerPort;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.drivers.docker.core.Ending;
import org.nearzero.drivers.docker.core.Ledger;

/** Reads containers of the engine as instances. Every method makes blocking calls; call it on a thread of {@link Engine}. */
final class Containers {
    private final Fronting fronting;
    /** Containers in which the kernel killed for memory, by container id; heard before their end, and sometimes only there. */
    private final Set<String> outOfMemory = ConcurrentHashMap.newKeySet();

    Containers(Fronting fronting) {
        this.fronting = fronting;
    }

    void ranOutOfMemory(String containerId) {
        outOfMemory.add(containerId);
    }

    void gone(String containerId) {
        outOfMemory.remove(containerId);
    }

    /**
     * A container of ours.
     *
     * @param ledger what its labels say
     * @param state its state
     * @param answer all that the engine said
     */
    record Seen(Ledger ledger, InstanceState state, InspectContainerResponse answer) {}

    /** Looks a container up by its instance's name; nothing where there is none, or one that is not ours. */
    Optional<Seen> look(DockerClient client, AppInstanceId id) {
        try {
            InspectContainerResponse answer =
                    client.inspectContainerCmd(id.value()).exec();
            Map<String, String> labels =
                    answer.getConfig() == null ? null : answer.getConfig().getLabels();
            return Ledger.read(labels == null ? Map.of() : labels)
                    .filter(ledger -> ledger.appInstanceId().equals(id))
                    .map(ledger -> new Seen(ledger, state(answer.getState().getStatus()), answer));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    /** An instance as it is now; nothing where the engine has none of that name. */
    Optional<DriverInstance> find(DockerClient client, AppInstanceId id) {
        return look(client, id).map(seen -> instance(client, seen));
    }

    DriverInstance instance(DockerClient client, Seen seen) {
        Ledger ledger = seen.ledger();
        return switch (seen.state()) {
            case RUNNING, PAUSED -> located(ledger, seen.state(), endpoint(seen.answer()));
            case EXITED ->
                ledger.in(
                        seen.state(),
                        Optional.empty(),
                        ending(client, seen.answer()).detail());
            case CREATED, UNKNOWN ->
                ledger.in(
                        seen.state(),
                        Optional.empty(),
                        "the engine says: " + seen.answer().getState().getStatus());
        };
    }

    /** A container that runs without a published port is between two states: the truth is that we do not know. */
    private static DriverInstance located(Ledger ledger, InstanceState state, Optional<Endpoint> endpoint) {
        return endpoint.isPresent()
                ? ledger.in(state, endpoint, "")
                : ledger.in(InstanceState.UNKNOWN, endpoint, "it runs, but no port of it is published");
    }

    private Ending ending(DockerClient client, InspectContainerResponse answer) {
        InspectContainerResponse.ContainerState state = answer.getState();
        Long exitCode = state.getExitCodeLong();
        Long memory =
                answer.getHostConfig() == null ? null : answer.getHostConfig().getMemory();
        return new Ending(
                exitCode == null ? 0 : exitCode.intValue(),
                Boolean.TRUE.equals(state.getOOMKilled()) || outOfMemory.contains(answer.getId()),
                memory == null ? 0 : memory,
                state.getError() == null ? "" : state.getError(),
                LastOutput.of(client, answer.getId()));
    }

    private Optional<Endpoint> endpoint(InspectContainerResponse answer) {
        Ports ports = answer.getNetworkSettings() == null
                ? null
                : answer.getNetworkSettings().getPorts();
        if (ports == null) {
            return Optional.empty();
        }
        Map<ExposedPort, Ports.Binding[]> bindings = ports.getBindings();
        return bindings.values().stream()
                .filter(each -> each != null)
                .flatMap(Arrays::stream)
                .filter(binding -> ContainerOrder.LOOPBACK.equals(binding.getHostIp()))
                .map(binding -> at(Integer.parseInt(binding.getHostPortSpec())))
                .findFirst();
    }

    private Endpoint at(int publishedPort) {
        return new Endpoint(ContainerOrder.LOOPBACK, publishedPort, fronting.isFronted(publishedPort));
    }

    /** Every instance of a point of presence. */
    List<DriverInstance> list(DockerClient client, PopId pop) {
        List<DriverInstance> instances = new ArrayList<>();
        for (Container container : client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Ledger.POP, pop.value()))
                .exec()) {
            Optional<Ledger> ledger = Ledger.read(container.getLabels());
            ledger.flatMap(entry -> listed(client, entry, container)).ifPresent(instances::add);
        }
        return List.copyOf(instances);
    }

    private Optional<DriverInstance> listed(DockerClient client, Ledger ledger, Container container) {
        InstanceState state = state(container.getState());
        Optional<Endpoint> endpoint = Arrays.stream(
                        container.getPorts() == null ? new ContainerPort[0] : container.getPorts())
                .filter(port -> port.getPublicPort() != null && ContainerOrder.LOOPBACK.equals(port.getIp()))
                .map(port -> at(port.getPublicPort()))
                .findFirst();
        return switch (state) {
            case CREATED, UNKNOWN ->
                Optional.of(ledger.in(state, Optional.empty(), "the engine says: " + container.getStatus()));
            case RUNNING, PAUSED ->
                endpoint.isPresent()
                        ? Optional.of(ledger.in(state, endpoint, ""))
                        : find(client, ledger.appInstanceId());
            // Why it ended is not in the list.
            case EXITED -> find(client, ledger.appInstanceId());
        };
    }

    private static InstanceState state(String status) {
        return switch (status == null ? "" : status) {
            case "created" -> InstanceState.CREATED;
            case "running" -> InstanceState.RUNNING;
            case "paused" -> InstanceState.PAUSED;
            case "exited", "dead" -> InstanceState.EXITED;
            default -> InstanceState.UNKNOWN;
        };
    }
}
