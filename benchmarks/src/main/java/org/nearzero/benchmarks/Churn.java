package org.nearzero.benchmarks;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.nearzero.examples.load.LoadGenerator;
import org.nearzero.examples.load.LoadPlan;
import org.nearzero.examples.load.LoadReport;

/** 50 000 requests across repeated scale-out and scale-in on Docker, with a WebSocket open all the while. */
final class Churn implements Benchmark {
    private static final int REQUESTS = 50_000;
    private static final int LIMIT = 10;
    private static final int HIGH = 38;
    private static final int LOW = 3;
    private static final int LEAST_WAVES = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration TIME = Duration.ofMinutes(10);

    @Override
    public Outcome run(PrintStream out) throws Exception {
        try (Rig rig = new Rig("bench-churn", LIMIT, 8, Duration.ofSeconds(1), Duration.ofMillis(500))) {
            LoadPlan plan = LoadPlan.of(rig.host(), "/hold?ms=5")
                    .pausing(Duration.ofMillis(25))
                    .atMost(REQUESTS);
            HeldWebSocket webSocket = new HeldWebSocket(rig.door());
            LoadReport report;
            int waves = 0;
            try (LoadGenerator load = new LoadGenerator(rig.door(), plan)) {
                long deadline = System.nanoTime() + TIME.toNanos();
                while (!load.awaitDone(0, TimeUnit.SECONDS) && System.nanoTime() - deadline < 0) {
                    load.connections(HIGH);
                    hold(webSocket, load, () -> rig.ready() >= 4);
                    load.connections(LOW);
                    hold(webSocket, load, () -> rig.ready() <= 2);
                    waves++;
                    out.printf(
                            "wave %d: %d requests so far, %d containers started, %d stopped%n",
                            waves,
                            load.report().requests(),
                            rig.engine().started(),
                            rig.engine().exitCodes().size());
                }
                report = load.report();
            }
            int scaleIns = rig.engine().exitCodes().size();
            boolean cut = webSocket.cut();
            String how = webSocket.how();
            Rig.await(PATIENCE, () -> webSocket.missing() == 0);
            long missing = webSocket.missing();
            webSocket.close();
            boolean zero = Rig.await(PATIENCE, rig::atZero);
            out.printf(
                    "%s%n%d waves, %d instances stopped under load, exit codes %s; %d WebSocket echoes, %d missing%n",
                    report, waves, scaleIns, rig.engine().exitCodes(), webSocket.echoes(), missing);
            return new Outcome("churn")
                    .figure("requests", report.requests())
                    .figure("failed", report.failed())
                    .figure("lost", report.lost() + report.inFlight())
                    .figure("waves", waves)
                    .figure("stoppedUnderLoad", scaleIns)
                    .figure("stoppedBusy", rig.engine().stoppedBusy())
                    .figure("maxPerInstance", report.mostAtOnceAnywhere())
                    .figure("limit", LIMIT)
                    .figure("webSocketEchoes", webSocket.echoes())
                    .figure("p99Ms", report.millisAt(0.99))
                    .claim(report.requests() == REQUESTS && report.flawless(), "all answered with 200", report)
                    .claim(
                            rig.engine().stoppedBusy() == 0,
                            "none stopped while busy",
                            rig.engine().exitCodes())
                    .claim(waves >= LEAST_WAVES && scaleIns >= LEAST_WAVES, "at least 3 scale-ins under load", scaleIns)
                    .claim(report.mostAtOnceAnywhere() <= LIMIT, "the limit kept", report.mostAtOnceAnywhere())
                    .claim(
                            !cut && missing == 0,
                            "the WebSocket not cut, every echo there",
                            how + ", missing " + missing)
                    .claim(zero, "back to zero", "instances left");
        }
    }

    /** Waits until the number of instances is right, and some more, so that load meets both the change and what comes after. */
    private static void hold(HeldWebSocket webSocket, LoadGenerator load, BooleanSupplier there)
            throws InterruptedException {
        Rig.await(Duration.ofSeconds(30), () -> {
            webSocket.say();
            return there.getAsBoolean();
        });
        load.awaitDone(2, TimeUnit.SECONDS);
    }
}
