package org.nearzero.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nearzero.api.ingress.ConnectionRequest;
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

/**
 * How long it takes from a connection that finds no room to the driver call that makes room, while the same ingress carries
 * 5 000 connections a second. Real sockets all the way, a driver that only looks at the clock; load and server are processes of
 * their own, written in C, so that they leave the processors to what is measured.
 *
 * <p>Two figures: from the ingress having read the request, just before it looks for room, which is when it asks who the device
 * is; and from before the user's own connect, which adds the kernel's part and the user's.
 */
final class Wake implements Benchmark {
    private static final int RATE = 5_000;
    private static final double RATE_TOLERANCE = 0.95;
    private static final int CLIENTS = 256;

    /** Each client pauses for 0 to 100 ms at random, so that they do not come in bursts: 256 / 50 ms are 5 100 a second. */
    private static final String PAUSES = "function delay() return math.random(0, 100) end";

    private static final int WAKES = 1_000;
    /** Until the way through the loop is compiled, too. */
    private static final int WARM_UP_WAKES = 5_000;

    private static final Duration BETWEEN_WARM_UP_WAKES = Duration.ofMillis(3);
    private static final Duration BETWEEN_WAKES = Duration.ofMillis(15);

    /** What a wake takes at most on the average, so that the load outlasts all of them. */
    private static final int WAKE_MILLIS = 3;

    private static final double MOST_P99_MILLIS = 1;
    private static final int LOAD_WARM_UP_SECONDS = 5;
    private static final Pattern RATE_LINE = Pattern.compile("Requests/sec: +([0-9.]+)");
    private static final Pattern FAILURES = Pattern.compile("(Non-2xx[^\\n]*|Socket errors[^\\n]*)");

    private final Map<String, Long> seenAt = new ConcurrentHashMap<>();

    @Override
    public Outcome run(PrintStream out) throws Exception {
        Tools.require("nginx", "wrk");
        Path directory = Files.createTempDirectory("nearzero-bench-wake");
        try {
            int port = WarmProxies.freePort();
            try (Child server = new WarmProxies(directory).nginxServer(port)) {
                StubDriver driver = new StubDriver(new Endpoint("127.0.0.1", port));
                try (Nearzero nearzero = Nearzero.builder()
                        .popId("bench")
                        .driver(driver)
                        .identifier(this::see)
                        .start()) {
                    Path pauses = Files.writeString(directory.resolve("pauses.lua"), PAUSES);
                    return measure(nearzero, driver, pauses, out);
                }
            }
        } finally {
            Tools.remove(directory);
        }
    }

    /** Knows no device: only looks at the clock when a request is about to look for room. */
    private Optional<String> see(ConnectionRequest request) {
        String host = request.header("Host").get(0);
        if (host.startsWith("cold")) {
            seenAt.put(host, System.nanoTime());
        }
        return Optional.empty();
    }

    private Outcome measure(Nearzero nearzero, StubDriver driver, Path pauses, PrintStream out) throws Exception {
        apply(nearzero, "busy", CLIENTS);
        for (int i = 0; i < WARM_UP_WAKES + WAKES; i++) {
            apply(nearzero, "cold" + i, 10);
        }
        Endpoint door = nearzero.ingress().endpoints().get(0);
        InetSocketAddress at = new InetSocketAddress(door.host(), door.port());
        Samples inside = new Samples();
        Samples outside = new Samples();
        long wakesMillis = WARM_UP_WAKES * (BETWEEN_WARM_UP_WAKES.toMillis() + WAKE_MILLIS)
                + WAKES * (BETWEEN_WAKES.toMillis() + WAKE_MILLIS);
        long seconds = wakesMillis / 1_000 + 2 * LOAD_WARM_UP_SECONDS;
        try (Child load = load(at.getPort(), pauses, seconds)) {
            Thread.sleep(TimeUnit.SECONDS.toMillis(LOAD_WARM_UP_SECONDS));
            for (int i = 0; i < WARM_UP_WAKES + WAKES; i++) {
                String name = "cold" + i;
                long begun = OneRequest.get(at, name + ".example");
                long called = driver.calledAt(new AppId(name))
                        .orElseThrow(() -> new IllegalStateException("answered without a start: " + name));
                if (i >= WARM_UP_WAKES) {
                    inside.add(called - seenAt.get(name + ".example"));
                    outside.add(called - begun);
                }
                Thread.sleep((i < WARM_UP_WAKES ? BETWEEN_WARM_UP_WAKES : BETWEEN_WAKES).toMillis());
            }
            return outcome(load.rest(), inside, outside, out);
        }
    }

    private static Outcome outcome(String report, Samples inside, Samples outside, PrintStream out) {
        Matcher requests = RATE_LINE.matcher(report);
        if (!requests.find()) {
            throw new IllegalStateException("wrk said: " + report);
        }
        double rate = Double.parseDouble(requests.group(1));
        List<String> failures =
                FAILURES.matcher(report).results().map(MatchResult::group).toList();
        out.printf("%.0f connections a second; %d wakes%n", rate, inside.count());
        print(out, "from the request at the ingress", inside);
        print(out, "from the user's connect", outside);
        return new Outcome("wake")
                .figure("connectionsPerSecond", rate)
                .figure("wakes", inside.count())
                .figure("p50Ms", inside.millisAt(0.5))
                .figure("p99Ms", inside.millisAt(0.99))
                .figure("maxMs", inside.millisAt(1))
                .figure("fromConnectP50Ms", outside.millisAt(0.5))
                .figure("fromConnectP99Ms", outside.millisAt(0.99))
                .claim(rate >= RATE_TOLERANCE * RATE, "5 000 connections a second", rate)
                .claim(failures.isEmpty(), "none failed", failures)
                .claim(inside.millisAt(0.99) < MOST_P99_MILLIS, "p99 below 1 ms", inside.millisAt(0.99));
    }

    private static void print(PrintStream out, String what, Samples samples) {
        out.printf(
                "%-33s p50 %.3f ms, p90 %.3f ms, p99 %.3f ms, most %.3f ms%n",
                what, samples.millisAt(0.5), samples.millisAt(0.9), samples.millisAt(0.99), samples.millisAt(1));
    }

    private static Child load(int port, Path pauses, long seconds) throws IOException {
        return Child.of(
                Map.of(),
                List.of(
                        "wrk",
                        "-t1",
                        "-c" + CLIENTS,
                        "-d" + seconds + "s",
                        "-s",
                        pauses.toString(),
                        "-H",
                        "Host: busy.example",
                        "http://127.0.0.1:" + port + "/"));
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
