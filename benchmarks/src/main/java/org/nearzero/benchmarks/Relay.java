package org.nearzero.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * {@link Warm}, which never pause.
 */
final class Relay implements Benchmark {
    private static final int ROUNDS = 9;
    private static final int WARM_UP_SECONDS = 10;
    private static final int CALM_SECONDS = 2;
    private static final int CALM_CONNECTIONS = 4;
    private static final int CALM_PAUSE_MILLIS = 4;
    private static final int BUSY_SECONDS = 3;
    private static final int BUSY_CONNECTIONS = 32;

    private final Rounds rounds = new Rounds();
    private long requests;
    private long failed;

    @Override
    public Outcome run(PrintStream out) throws Exception {
        Tools.require("haproxy", "nginx", "wrk");
        Path directory = Files.createTempDirectory("nearzero-bench-relay");
        try {
            try (RelayWays ways = new RelayWays(directory)) {
                Wrk calm = Wrk.pausing(directory, CALM_CONNECTIONS, CALM_PAUSE_MILLIS);
                Wrk busy = Wrk.atOnce(directory, BUSY_CONNECTIONS);
                out.printf("warming up, %d s each%n", WARM_UP_SECONDS);
                for (RelayWays.Way way : ways.all()) {
                    counted(busy.ask(way.port(), WarmProxies.HOST, WARM_UP_SECONDS));
                }
                List<RelayWays.Way> turns = new ArrayList<>(ways.all());
                for (int round = 0; round < ROUNDS; round++) {
                    // In another order each time: none always comes after the same one.
                    Collections.shuffle(turns, new Random(round));
                    out.printf("round %d of %d%n", round + 1, ROUNDS);
                    for (RelayWays.Way way : turns) {
                        latency(way, calm, out);
                        cpu(way, ways.server(), busy, out);
                    }
                }
                return outcome(ways.all(), out);
            }
        } finally {
            Tools.remove(directory);
        }
    }

    private void latency(RelayWays.Way way, Wrk calm, PrintStream out) throws IOException {
        Wrk.Load load = counted(calm.ask(way.port(), WarmProxies.HOST, CALM_SECONDS));
        rounds.add(way.name() + "P50", load.p50Micros());
        rounds.add(way.name() + "P99", load.p99Micros());
        out.printf(Locale.ROOT, "  %-13s p50 %5.0f us, p99 %6.0f us", way.name(), load.p50Micros(), load.p99Micros());
    }

    private void cpu(RelayWays.Way way, Child server, Wrk busy, PrintStream out) throws IOException {
        Map<String, Child> watched = new LinkedHashMap<>(way.hops());
        watched.put("Server", server);
        Map<String, Double> before = new LinkedHashMap<>();
        for (Map.Entry<String, Child> each : watched.entrySet()) {
            before.put(each.getKey(), each.getValue().cpuMillis());
        }
        Wrk.Load load = counted(busy.ask(way.port(), WarmProxies.HOST, BUSY_SECONDS));
        double proxies = 0;
        for (Map.Entry<String, Child> each : watched.entrySet()) {
            double millis = each.getValue().cpuMillis() - before.get(each.getKey());
            double micros = millis * 1_000 / load.requests();
            rounds.add(way.name() + each.getKey() + "Cpu", micros);
            proxies += each.getValue() == server ? 0 : micros;
        }
        rounds.add(way.name() + "AllCpu", proxies);
        out.printf(Locale.ROOT, "; %6d requests at once, %5.1f us CPU each on the way%n", load.requests(), proxies);
    }

    private Wrk.Load counted(Wrk.Load load) {
        requests += load.requests();
        failed += load.failed();
        return load;
    }

    private Outcome outcome(List<RelayWays.Way> ways, PrintStream out) {
        Outcome outcome = new Outcome("relay").figure("requests", requests).figure("failed", failed);
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
        return outcome.claim(failed == 0, "none failed", failed)
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
        return rounds.median(way + "AllCpu");
    }
}
