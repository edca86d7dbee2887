package org.nearzero.benchmarks;

import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
import org.nearzero.examples.load.LoadGenerator;
import org.nearzero.examples.load.LoadPlan;
import org.nearzero.examples.load.LoadReport;
import org.nearzero.examples.sample.Sample;

/**
 * How long it takes from a user's connection that finds no room to the driver call that makes room, while the same ingress
 * carries 5 000 connections a second. Measured from before the user's connect, so that it holds the user's own connect, the
 * socket, the parsing, the decision and the plan; real sockets all the way, a driver that only looks at the clock.
 */
final class Wake implements Benchmark {
    private static final int RATE = 5_000;
    private static final double RATE_TOLERANCE = 0.95;
    private static final int WAKES = 1_000;
    private static final int WARM_UP_WAKES = 300;
    private static final Duration BETWEEN_WAKES = Duration.ofMillis(15);
    private static final Duration BACKGROUND_PAUSE = Duration.ofMillis(50);
    private static final int MOST_CONNECTIONS = 1_000;
    private static final double MOST_P99_MILLIS = 1;
    private static final Duration RAMP = Duration.ofSeconds(10);
    private static final Duration RAMP_STEP = Duration.ofSeconds(1);

    @Override
    public Outcome run(PrintStream out) throws Exception {
        try (Child server = Child.java(Map.of("HOST", "127.0.0.1", "PORT", "0"), Sample.class.getName())) {
            StubDriver driver = new StubDriver(new Endpoint("127.0.0.1", server.port()));
            try (Nearzero nearzero =
                    Nearzero.builder().popId("bench").driver(driver).start()) {
                apply(nearzero, "busy", MOST_CONNECTIONS);
                for (int i = 0; i < WARM_UP_WAKES + WAKES; i++) {
                    apply(nearzero, "cold" + i, 10);
                }
                Endpoint door = nearzero.ingress().endpoints().get(0);
                return measure(new InetSocketAddress(door.host(), door.port()), driver, out);
            }
        }
    }

    private static Outcome measure(InetSocketAddress door, StubDriver driver, PrintStream out) throws Exception {
        LoadPlan plan = LoadPlan.of("busy.example", "/").pausing(BACKGROUND_PAUSE);
        try (LoadGenerator busy = new LoadGenerator(door, plan)) {
            int connections = ramp(busy, out);
            for (int i = 0; i < WARM_UP_WAKES; i++) {
                wake(door, driver, i);
            }
            Samples wakes = new Samples();
            long requestsBefore = busy.report().requests();
            long begun = System.nanoTime();
            for (int i = WARM_UP_WAKES; i < WARM_UP_WAKES + WAKES; i++) {
                wakes.add(wake(door, driver, i));
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            LoadReport report = busy.report();
            double rate = (report.requests() - requestsBefore + WAKES) / seconds;
            busy.connections(0);
            out.printf(
                    "%.0f connections a second over %d; %d wakes: p50 %.3f ms, p99 %.3f ms, most %.3f ms%n",
                    rate, connections, wakes.count(), wakes.millisAt(0.5), wakes.millisAt(0.99), wakes.millisAt(1));
            return new Outcome("wake")
                    .figure("connectionsPerSecond", rate)
                    .figure("wakes", wakes.count())
                    .figure("p50Ms", wakes.millisAt(0.5))
                    .figure("p99Ms", wakes.millisAt(0.99))
                    .figure("maxMs", wakes.millisAt(1))
                    .figure("failed", report.failed())
                    .figure("lost", report.lost())
                    .claim(rate >= RATE_TOLERANCE * RATE, "5 000 connections a second", rate)
                    .claim(report.failed() + report.lost() == 0, "none failed or lost", report)
                    .claim(wakes.millisAt(0.99) < MOST_P99_MILLIS, "p99 below 1 ms", wakes.millisAt(0.99));
        }
    }

    /** Finds how many connections make the rate. */
    private static int ramp(LoadGenerator busy, PrintStream out) throws InterruptedException {
        int connections = (int) (RATE * BACKGROUND_PAUSE.toMillis() / 1_000);
        long deadline = System.nanoTime() + RAMP.toNanos();
        while (System.nanoTime() - deadline < 0) {
            busy.connections(connections);
            long before = busy.report().requests();
            long begun = System.nanoTime();
            Thread.sleep(RAMP_STEP.toMillis());
            double rate = (busy.report().requests() - before) / ((System.nanoTime() - begun) / 1e9);
            out.printf("ramp: %d connections, %.0f a second%n", connections, rate);
            connections = (int) Math.max(
                    1, Math.min(MOST_CONNECTIONS, connections * Math.min(1.5, RATE * 1.01 / Math.max(1, rate))));
        }
        busy.connections(connections);
        return connections;
    }

    private static long wake(InetSocketAddress door, StubDriver driver, int number) throws Exception {
        long begun = OneRequest.get(door, "cold" + number + ".example");
        long called = driver.calledAt(new AppId("cold" + number))
                .orElseThrow(() -> new IllegalStateException("answered without a start: cold" + number));
        Thread.sleep(BETWEEN_WAKES.toMillis());
        return called - begun;
    }

    private static void apply(Nearzero nearzero, String name, int limit) {
        ScalingPolicy scaling = new ScalingPolicy(
                limit, 0, 1, Duration.ofHours(1), Duration.ofHours(1), Duration.ofMinutes(1), QueuePolicy.DEFAULT);
        Application application = new Application(
                new AppId(name),
                "bench",
                "1",
                new Artefact("stub"),
                List.of(),
                Map.of(),
                8080,
                Resources.DEFAULT,
                new ServerlessPolicy(List.of(new RouteMatch(name + ".example", "/")), scaling));
        nearzero.orchestrator()
                .apply(application)
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}
