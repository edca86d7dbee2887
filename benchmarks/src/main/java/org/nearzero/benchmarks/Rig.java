package org.nearzero.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.QueuePolicy;
import org.nearzero.api.model.ReadinessPolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.drivers.docker.internal.DockerDriver;
import org.nearzero.drivers.docker.internal.DockerSettings;
import org.nearzero.embed.Nearzero;

/** An embedded Nearzero on Docker with one application, the sample, which checks its limit for itself. */
final class Rig implements AutoCloseable {
    static final String IMAGE = System.getenv().getOrDefault("NEARZERO_SAMPLE_IMAGE", "nearzero/sample:1");
    static final Resources EACH = new Resources(1000, 128L << 20, 128);
    /** Reaches the application under any host name: java.net.http does not let one set it. */
    static final String WEB_SOCKET_PATH = "/ws";

    /**
     * An answer, not only an accepted connection: the engine's own proxy accepts on the container's behalf, and on a loaded
     * machine takes longer than any fixed time to find out that nobody listens behind it.
     */
    private static final ReadinessPolicy READINESS = new ReadinessPolicy("/ready");

    private static final long TURN_MILLIS = 20;

    private final AppId app;
    private final Engine engine;
    private final DockerDriver driver;
    private final Nearzero nearzero;
    private int mostInstances;

    /** Starts it, and hands over the application under the given name. */
    Rig(String name, int limit, int maxInstances, Duration scaleInDelay, Duration stabilization)
            throws MissingException {
        app = new AppId(name);
        engine = Engine.watching(name + ".", IMAGE);
        driver = new DockerDriver(DockerSettings.defaults());
        nearzero = Nearzero.builder()
                .popId("bench")
                .driver(driver)
                .statusListener(this::changed)
                .stopInstancesOnClose(true)
                .start();
        ScalingPolicy scaling = new ScalingPolicy(
                limit,
                0,
                maxInstances,
                scaleInDelay,
                stabilization,
                Duration.ofMinutes(2),
                new QueuePolicy(5_000, 64L << 20, Duration.ofMinutes(2)));
        Application application = new Application(
                app,
                "bench",
                "1",
                new Artefact(IMAGE),
                List.of(),
                Map.of("LIMIT", Integer.toString(limit)),
                8080,
                EACH,
                new ServerlessPolicy(
                        List.of(new RouteMatch(host(), "/"), new RouteMatch("*", WEB_SOCKET_PATH)),
                        scaling,
                        ServerlessPolicy.DEFAULT_SESSION_IDLE_TIMEOUT,
                        READINESS));
        nearzero.orchestrator()
                .apply(application)
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    String host() {
        return app + ".example";
    }

    /** Where the ingress listens. */
    InetSocketAddress door() {
        Endpoint endpoint = nearzero.ingress().endpoints().get(0);
        return new InetSocketAddress(endpoint.host(), endpoint.port());
    }

    Engine engine() {
        return engine;
    }

    /** The most instances that were ready or starting at once, as the orchestrator tells. */
    synchronized int mostInstances() {
        return mostInstances;
    }

    int ready() {
        return count(status(), AppInstanceStatus.READY);
    }

    /** Whether no instance is left, by the orchestrator's account and by the engine's. */
    boolean atZero() {
        return status().instances().isEmpty() && engine.running() == 0;
    }

    /** Waits for something. @return false if it did not come about in time */
    static boolean await(Duration atMost, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(TURN_MILLIS);
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        nearzero.close();
        driver.close();
        engine.close();
    }

    private ApplicationStatus status() {
        return nearzero.orchestrator().status(app).orElseThrow();
    }

    private synchronized void changed(ApplicationStatus status) {
        mostInstances = Math.max(
                mostInstances, count(status, AppInstanceStatus.READY) + count(status, AppInstanceStatus.INSTANTIATING));
    }

    private static int count(ApplicationStatus status, AppInstanceStatus wanted) {
        return (int) status.instances().stream()
                .filter(instance -> instance.status() == wanted)
                .count();
    }
}
