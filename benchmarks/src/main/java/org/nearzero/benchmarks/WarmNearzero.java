package org.nearzero.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Artefact;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.QueuePolicy;
import org.nearzero.api.model.Resources;
import org.nearzero.api.model.RouteMatch;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.model.ServerlessPolicy;
import org.nearzero.embed.Nearzero;

/** Ours, in a process of its own: everything but a driver that starts something. */
public final class WarmNearzero {
    private WarmNearzero() {}

    /** @param args port to listen at, port of the server behind */
    public static void main(String[] args) throws InterruptedException {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        Nearzero nearzero = Nearzero.builder()
                .ingress("127.0.0.1", Integer.parseInt(args[0]))
                .driver(new StubDriver(new Endpoint("127.0.0.1", Integer.parseInt(args[1]))))
                .start();
        nearzero.orchestrator().apply(application()).toCompletableFuture().join();
        Thread.currentThread().join();
    }

    /** With one instance, always, for as many as come. */
    static Application application() {
        ScalingPolicy scaling = new ScalingPolicy(
                1_000, 1, 1, Duration.ofHours(1), Duration.ofHours(1), Duration.ofMinutes(1), QueuePolicy.DEFAULT);
        return new Application(
                new AppId("warm"),
                "bench",
                "1",
                new Artefact("stub"),
                List.of(),
                Map.of(),
                8080,
                Resources.DEFAULT,
                new ServerlessPolicy(List.of(new RouteMatch(WarmProxies.HOST, "/")), scaling));
    }
}
