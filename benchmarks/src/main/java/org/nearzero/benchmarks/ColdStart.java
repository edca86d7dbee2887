package org.nearzero.benchmarks;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the engine itself takes from create to the first answer, and what a request through us takes on an application at zero:
 * one of each in turn, so that both see the same machine. The same image, limits and hardening on both sides.
 */
final class ColdStart implements Benchmark {
    private static final int EACH = 30;
    private static final int WARM_UP = 3;
    private static final double MOST_ADDED_MILLIS = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final ExposedPort PORT = ExposedPort.tcp(8080);

    @Override
    public Outcome run(PrintStream out) throws Exception {
        Samples engine = new Samples();
        Samples ours = new Samples();
        Samples differences = new Samples();
        try (Rig rig = new Rig("bench-cold", 100, 1, Duration.ZERO, Duration.ZERO)) {
            for (int i = 0; i < WARM_UP + EACH; i++) {
                // Whoever goes first goes second the next time.
                long byEngine = i % 2 == 0 ? engineAlone(rig, i) : 0;
                long byUs = throughUs(rig);
                byEngine = i % 2 == 0 ? byEngine : engineAlone(rig, i);
                if (i >= WARM_UP) {
                    engine.add(byEngine);
                    ours.add(byUs);
                    differences.add(byUs - byEngine);
                    out.printf(
                            "%2d  engine %6.1f ms   through us %6.1f ms%n",
                            i - WARM_UP + 1, byEngine / 1e6, byUs / 1e6);
                }
            }
        }
        double added = ours.millisAt(0.5) - engine.millisAt(0.5);
        out.printf(
                "median: engine %.1f ms, through us %.1f ms, we add %.1f ms%n",
                engine.millisAt(0.5), ours.millisAt(0.5), added);
        return new Outcome("cold-start")
                .figure("each", EACH)
                .figure("engineMedianMs", engine.millisAt(0.5))
                .figure("oursMedianMs", ours.millisAt(0.5))
                .figure("engineP90Ms", engine.millisAt(0.9))
                .figure("oursP90Ms", ours.millisAt(0.9))
                .figure("addedMedianMs", added)
                .figure("medianOfDifferencesMs", differences.millisAt(0.5))
                .claim(added <= MOST_ADDED_MILLIS, "at most 10 ms added at the median", added);
    }

    private static long throughUs(Rig rig) throws Exception {
        long begun = OneRequest.get(rig.door(), rig.host());
        long took = System.nanoTime() - begun;
        if (!Rig.await(PATIENCE, rig::atZero)) {
            throw new IllegalStateException("the application does not go back to zero");
        }
        return took;
    }

    private static long engineAlone(Rig rig, int number) throws InterruptedException {
        DockerClient client = rig.engine().client();
        String name = "nearzero-bench-engine-" + ProcessHandle.current().pid() + "-" + number;
        long begun = System.nanoTime();
        String id = client.createContainerCmd(Rig.IMAGE)
                .withName(name)
                .withEnv("PORT=8080", "LIMIT=100")
                .withExposedPorts(PORT)
                .withHostConfig(hardened())
                .exec()
                .getId();
        try {
            client.startContainerCmd(id).exec();
            InspectContainerResponse inspected = client.inspectContainerCmd(id).exec();
            Binding[] bindings =
                    inspected.getNetworkSettings().getPorts().getBindings().get(PORT);
            InetSocketAddress address =
                    new InetSocketAddress("127.0.0.1", Integer.parseInt(bindings[0].getHostPortSpec()));
            firstAnswer(address, begun);
            return System.nanoTime() - begun;
        } finally {
            client.removeContainerCmd(id).withForce(true).exec();
        }
    }

    /** Asks until there is an answer. The engine's own proxy accepts before the container does: a cut connection is no answer. */
    private static void firstAnswer(InetSocketAddress address, long begun) throws InterruptedException {
        while (true) {
            try {
                OneRequest.get(address, "engine");
                return;
            } catch (IOException e) {
                if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                    throw new IllegalStateException("no answer from " + address, e);
                }
                Thread.sleep(1);
            }
        }
    }

    private static HostConfig hardened() {
        return HostConfig.newHostConfig()
                .withSecurityOpts(List.of("no-new-privileges"))
                .withCapDrop(Capability.ALL)
                .withReadonlyRootfs(true)
                .withPidsLimit((long) Rig.EACH.pids())
                .withMemory(Rig.EACH.memoryBytes())
                .withMemorySwap(Rig.EACH.memoryBytes())
                .withNanoCPUs(Rig.EACH.cpuMillis() * 1_000_000L)
                .withTmpFs(Map.of("/tmp", "rw,nosuid,nodev,noexec,mode=1777,size=16777216"))
                .withPortBindings(new PortBinding(Binding.bindIp("127.0.0.1"), PORT));
    }
}
