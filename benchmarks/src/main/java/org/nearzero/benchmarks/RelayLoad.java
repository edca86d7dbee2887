package org.nearzero.benchmarks;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.nearzero.examples.load.LoadGenerator;
import org.nearzero.examples.load.LoadPlan;
import org.nearzero.examples.load.LoadReport;

/**
 * As many requests as a way takes on connections that stay open. It ends no connection in the middle of an answer: one that ends so
 * takes those behind it along, and to open these anew, with mutual TLS, would be measured instead of what is asked.
 */
final class RelayLoad {
    private static final int CONNECTIONS = 32;

    /** So many answers take longer than it takes to open all connections, however busy the machine is with something else. */
    private static final int TO_OPEN = 5_000;

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private long requests;
    private long failed;

    /** How many requests there were in all. */
    long requests() {
        return requests;
    }

    /** How many of them were not answered with 200. */
    long failed() {
        return failed;
    }

    /** Adds what another tool has measured. */
    void count(Wrk.Load load) {
        requests += load.requests();
        failed += load.failed();
    }

    /** Makes so many requests, until what is compiled at run time is compiled. */
    void warmUp(RelayWays.Way way, int number) throws InterruptedException {
        LoadPlan plan = LoadPlan.of(WarmProxies.HOST, "/").atMost(number);
        try (LoadGenerator load = new LoadGenerator(at(way), plan)) {
            load.connections(CONNECTIONS);
            load.awaitDone(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            end(load);
        }
    }

    /** What each of the processes has used of the processors for a request, in us, in so much time. */
    Map<String, Double> cpuMicros(RelayWays.Way way, Map<String, Child> processes, Duration time) throws Exception {
        try (LoadGenerator load = new LoadGenerator(at(way), LoadPlan.of(WarmProxies.HOST, "/"))) {
            load.connections(CONNECTIONS);
            if (!Rig.await(PATIENCE, () -> load.report().answered() >= TO_OPEN)) {
                throw new IllegalStateException(way.name() + " is stuck: " + load.report());
            }
            long first = load.report().answered();
            Map<String, Double> before = cpuMillis(processes);
            Thread.sleep(time.toMillis());
            Map<String, Double> after = cpuMillis(processes);
            long answered = load.report().answered() - first;
            end(load);
            Map<String, Double> micros = new LinkedHashMap<>();
            after.forEach((name, millis) -> micros.put(name, (millis - before.get(name)) * 1_000 / answered));
            return micros;
        }
    }

    private void end(LoadGenerator load) throws InterruptedException {
        load.connections(0);
        Rig.await(PATIENCE, () -> load.inFlight() == 0);
        LoadReport report = load.report();
        requests += report.requests();
        failed += report.requests() - report.answered();
    }

    private static Map<String, Double> cpuMillis(Map<String, Child> processes) throws Exception {
        Map<String, Double> millis = new LinkedHashMap<>();
        for (Map.Entry<String, Child> each : processes.entrySet()) {
            millis.put(each.getKey(), each.getValue().cpuMillis());
        }
        return millis;
    }

    private static InetSocketAddress at(RelayWays.Way way) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), way.port());
    }
}
