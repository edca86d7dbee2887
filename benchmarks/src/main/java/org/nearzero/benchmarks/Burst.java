package org.nearzero.benchmarks;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.nearzero.examples.load.LoadGenerator;
import org.nearzero.examples.load.LoadPlan;
import org.nearzero.examples.load.LoadReport;

/** 1 000 connections at once on an application at zero, on Docker. */
final class Burst implements Benchmark {
    private static final int CONNECTIONS = 1_000;
    private static final int LIMIT = 100;
    private static final int ALLOWED = (CONNECTIONS + LIMIT - 1) / LIMIT;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Override
    public Outcome run(PrintStream out) throws Exception {
        try (Rig rig = new Rig("bench-burst", LIMIT, 50, Duration.ofSeconds(1), Duration.ZERO)) {
            LoadPlan plan =
                    new LoadPlan(rig.host(), "/hold?ms=500", Duration.ZERO, Duration.ofMinutes(3), 1, CONNECTIONS, 0);
            LoadReport report;
            try (LoadGenerator load = new LoadGenerator(rig.door(), plan)) {
                load.connections(CONNECTIONS);
                load.awaitDone(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                report = load.report();
            }
            boolean zero = Rig.await(PATIENCE, rig::atZero);
            int most = Math.max(rig.mostInstances(), rig.engine().mostRunning());
            out.printf("%s%n", report);
            out.printf(
                    "instances %d (allowed %d), most at once on one %d (limit %d), slowest answer %.0f ms%n",
                    most, ALLOWED, report.mostAtOnceAnywhere(), LIMIT, report.millisAt(1));
            return new Outcome("burst")
                    .figure("requests", report.requests())
                    .figure("answered", report.answered())
                    .figure("failed", report.failed())
                    .figure("lost", report.lost() + report.inFlight())
                    .figure("instances", most)
                    .figure("allowedInstances", ALLOWED)
                    .figure("maxPerInstance", report.mostAtOnceAnywhere())
                    .figure("limit", LIMIT)
                    .figure("p50Ms", report.millisAt(0.5))
                    .figure("maxMs", report.millisAt(1))
                    .claim(report.requests() == CONNECTIONS && report.flawless(), "all answered with 200", report)
                    .claim(most <= ALLOWED, "at most " + ALLOWED + " instances", most)
                    .claim(
                            within(report.mostAtOnceAnywhere()),
                            "1 to " + LIMIT + " connections an instance, as told by it",
                            report.mostAtOnceAnywhere())
                    .claim(zero, "back to zero", "instances left")
                    .claim(
                            rig.engine().stoppedBusy() == 0,
                            "none stopped while busy",
                            rig.engine().exitCodes());
        }
    }

    private static boolean within(int mostAtOnce) {
        return mostAtOnce >= 1 && mostAtOnce <= LIMIT;
    }
}
