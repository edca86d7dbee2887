package org.nearzero.drivers.docker.internal;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import com.github.dockerjava.api.model.RestartPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Resources;
import org.nearzero.drivers.docker.core.Ledger;
import org.nearzero.drivers.docker.core.RunAs;

/** Writes an order for the engine: what the application wants, inside what the operator allows. The README has it as a table. */
final class ContainerOrder {
    static final String LOOPBACK = "127.0.0.1";
    private static final int PAGE = 4_096;
    private static final long NANOS_PER_MILLI_CPU = 1_000_000;

    private final DockerSettings settings;

    ContainerOrder(DockerSettings settings) {
        this.settings = settings;
    }

    /** Fills in the command to create a container of {@code image}. */
    CreateContainerCmd write(CreateContainerCmd order, Application application, Ledger ledger, Images.Image image) {
        Map<String, String> labels = ledger.labels();
        labels.put(Ledger.IMAGE, application.artefact().imagePath());
        ExposedPort port = ExposedPort.tcp(application.port());
        order.withName(ledger.appInstanceId().value())
                .withLabels(labels)
                .withEnv(environment(application))
                .withExposedPorts(port)
                .withHostConfig(hardened(application.resources(), image.volumes())
                        // An empty host port: the engine picks a free one. Reachable from this machine only.
                        .withPortBindings(new PortBinding(Binding.bindIp(LOOPBACK), port)));
        String user = RunAs.user(image.user(), settings.user());
        if (!user.isEmpty()) {
            order.withUser(user);
        }
        if (!application.command().isEmpty()) {
            // An entry point of its own also keeps the image's Cmd from being appended.
            order.withEntrypoint(application.command());
        }
        return order;
    }

    private static List<String> environment(Application application) {
        List<String> environment = new ArrayList<>();
        application.env().forEach((name, value) -> {
            if (!name.equals("PORT")) {
                environment.add(name + "=" + value);
            }
        });
        environment.add("PORT=" + application.port());
        return environment;
    }

    private HostConfig hardened(Resources resources, Set<String> volumes) {
        return HostConfig.newHostConfig()
                .withNetworkMode(settings.network())
                .withSecurityOpts(List.of("no-new-privileges"))
                .withCapDrop(Capability.ALL)
                .withPrivileged(false)
                .withReadonlyRootfs(true)
                .withPidsLimit((long) resources.pids())
                .withMemory(resources.memoryBytes())
                // The sum of memory and swap: equal to the memory alone, so no swap.
                .withMemorySwap(resources.memoryBytes())
                .withNanoCPUs(resources.cpuMillis() * NANOS_PER_MILLI_CPU)
                .withInit(settings.init())
                .withRestartPolicy(RestartPolicy.noRestart())
                .withLogConfig(new LogConfig(
                        LogConfig.LoggingType.JSON_FILE,
                        Map.of("max-size", String.valueOf(settings.logBytes()), "max-file", "1")))
                .withTmpFs(writable(volumes));
    }

    /**
     * What may be written to: {@code /tmp}, and what the image declares as volumes, of which the engine would otherwise make
     * directories on the host's disk without any bound. Each is a file system in memory, bounded and counted as the instance's.
     */
    private Map<String, String> writable(Set<String> volumes) {
        Map<String, String> mounts = new TreeMap<>();
        String exec = settings.tmpfsExec() ? "exec" : "noexec";
        boolean any = settings.tmpfsBytes() > 0;
        // To the kernel a size of 0 is no bound at all: where nothing may be written, a volume is an empty page, read
        // only.
        String options = any
                ? "rw,nosuid,nodev," + exec + ",mode=1777,size=" + settings.tmpfsBytes()
                : "ro,nosuid,nodev,noexec,size=" + PAGE;
        // By the name that the engine itself gives it: under any other the volume would come on top.
        volumes.forEach(volume -> mounts.put(Path.of("/" + volume).normalize().toString(), options));
        if (any) {
            mounts.put("/tmp", options);
        }
        return mounts;
    }
}
