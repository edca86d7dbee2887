package org.nearzero.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * What a relay between two sites adds, and what a route to an instance at the site does: latency and CPU time, beside no hop at all, one
 * HAProxy, and two of them with plain HTTP and with mutual TLS between, which is what a relay does. All in turn, round after round, to
 * one and the same server (nginx, 64 bytes), with one and the same load tool.
 *
 * <p>Latency is measured with few connections that pause, so that it is that of the way and not of a queue; CPU time with as many as in
 * {@link Warm}, which never pause, once they are open.
 */
final class Relay implements Benchmark {
    private static final String SERVER = "Server";
    private static final int ROUNDS = 7;

    /** What is measured in them does not count: until then the JVM still compiles, above all what a new connection with mutual TLS takes. */
    private static final int WARM_UP_ROUNDS = 4;

    private static final int WARM_UP_REQUESTS = 150_000;
    private static final int CALM_SECONDS = 2;
    private static final int CALM_CONNECTIONS = 4;
    private static final int CALM_PAUSE_MILLIS = 4;
    private static final Duration BUSY = Duration.ofSeconds(3);

    private final Rounds rounds = new Rounds();
    private final RelayLoad load = new RelayLoad();

    @Override
    public Outcome run(PrintStream out) throws Exception {
        Tools.require("haproxy", "nginx", "wrk");
        Path directory = Files.createTempDirectory("nearzero-bench-relay");
        try {
            try (RelayWays ways = new RelayWays(directory)) {
                Wrk calm = Wrk.pausing(directory, CALM_CONNECTIONS, CALM_PAUSE_MILLIS);
                out.printf("warming up, %d requests%n", WARM_UP_REQUESTS);
                load.warmUp(ways.named(RelayWays.LOCAL), WARM_UP_REQUESTS);
                load.warmUp(ways.named(RelayWays.RELAY), WARM_UP_REQUESTS);
                List<RelayWays.Way> turns = new ArrayList<>(ways.all());
                for (int round = 1 - WARM_UP_ROUNDS; round <= ROUNDS; round++) {
                    // In another order each time: none always comes after the same one.
                    Collections.shuffle(turns, new Random(round));
                    if (round == 1) {
                        rounds.clear();
                    }
                    out.println(round < 1 ? "a round to warm up" : "round " + round + " of " + ROUNDS);
                    for (RelayWays.Way way : turns) {
                        cpu(way, ways.server(), out);
                        latency(way, calm, out); // on connections between the hops that are open from before
                    }
                }
                return outcome(ways.all(), out);
            }
        } finally {
            Tools.remove(directory);
        }
    }

    private void latency(RelayWays.Way way, Wrk calm, PrintStream out) throws IOException {
        Wrk.Load measured = calm.ask(way.port(), WarmProxies.HOST, CALM_SECONDS);
        load.count(measured);
        rounds.add(way.name() + "P50", measured.p50Micros());
        rounds.add(way.name() + "P99", measured.p99Micros());
        out.printf(Locale.ROOT, "; p50 %5.0f us, p99 %6.0f us%n", measured.p50Micros(), measured.p99Micros());
    }

    private void cpu(RelayWays.Way way, Child server, PrintStream out) throws Exception {
        Map<String, Child> processes = new LinkedHashMap<>(way.hops());
        processes.put(SERVER, server);
        Map<String, Double> micros = load.cpuMicros(way, processes, BUSY);
        micros.forEach((process, each) -> rounds.add(way.name() + process + "Cpu", each));
        double hops = micros.values().stream().mapToDouble(each -> each).sum() - micros.get(SERVER);
        rounds.add(way.name() + "Cpu", hops);
        out.printf(Locale.ROOT, "  %-13s %5.1f us CPU on the way", way.name(), hops);
    }

    private Outcome outcome(List<RelayWays.Way> ways, PrintStream out) {
        Outcome outcome =
                new Outcome("relay").figure("requests", load.requests()).figure("failed", load.failed());
        for (RelayWays.Way way : ways) {
            String name = way.name();
            outcome.figure(name + "P50Micros", rounds.median(name + "P50"))
                    .figure(name + "P99Micros", rounds.median(name + "P99"));
            if (!way.hops().isEmpty()) {
                outcome.figure(name + "AddedP50Micros", added(name, "P50"))
                        .figure(name + "AddedP99Micros", added(name, "P99"))
                        .figure(name + "CpuMicros", cpu(name));
            }
            if (way.hops().size() > 1) {
                way.hops()
                        .keySet()
                        .forEach(hop -> outcome.figure(name + hop + "CpuMicros", rounds.median(name + hop + "Cpu")));
            }
            outcome.figure(name + "ServerCpuMicros", rounds.median(name + "ServerCpu"));
            out.printf(
                    Locale.ROOT,
                    "%-13s p50 %5.0f us (%+5.0f), p99 %6.0f us (%+6.0f), %5.1f us CPU on the way%n",
                    name,
                    rounds.median(name + "P50"),
                    added(name, "P50"),
                    rounds.median(name + "P99"),
                    added(name, "P99"),
                    cpu(name));
        }
        compare(outcome, RelayWays.LOCAL, RelayWays.HAPROXY, out);
        compare(outcome, RelayWays.RELAY, RelayWays.TWO_HAPROXY, out);
        compare(outcome, RelayWays.RELAY, RelayWays.TWO_HAPROXY_TLS, out);
        return outcome.claim(load.failed() == 0, "none failed", load.failed())
                .claim(rounds.complete(ROUNDS), "all rounds measured", ROUNDS);
    }

    private void compare(Outcome outcome, String ours, String peer, PrintStream out) {
        double latency = added(ours, "P50") / added(peer, "P50");
        double cpu = cpu(ours) / cpu(peer);
        String of = ours + "TimesOf" + peer.substring(0, 1).toUpperCase(Locale.ROOT) + peer.substring(1);
        outcome.figure(of + "Added", latency).figure(of + "Cpu", cpu);
        out.printf(
                Locale.ROOT,
                "%s beside %s: %.2f times the added latency (p50), %.2f times the CPU time (medians of %d rounds)%n",
                ours,
                peer,
                latency,
                cpu,
                ROUNDS);
    }

    private double added(String way, String percentile) {
        return rounds.medianOver(way + percentile, RelayWays.DIRECT + percentile);
    }

    private double cpu(String way) {
        return rounds.median(way + "Cpu");
    }
}
