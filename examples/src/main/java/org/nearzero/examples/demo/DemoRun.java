package org.nearzero.examples.demo;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Endpoint;
import org.nearzero.embed.Nearzero;
import org.nearzero.examples.load.LoadGenerator;
import org.nearzero.examples.load.LoadPlan;

/** One run through all phases; shows each moment in a table. */
final class DemoRun {
    /** So many connections at once for so long. */
    private record Phase(int connections, Duration duration) {}

    private static final Duration AT_ZERO = Duration.ofMillis(1500);
    private static final List<Phase> PHASES = List.of(
            new Phase(6, Duration.ofSeconds(3)),
            new Phase(50, Duration.ofSeconds(4)),
            new Phase(DemoApplication.LIMIT * DemoApplication.MAX_INSTANCES, Duration.ofSeconds(4)),
            new Phase(10, Duration.ofSeconds(5)));
    private static final int MOST =
            PHASES.stream().mapToInt(Phase::connections).max().orElseThrow();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long TURN_MILLIS = 100;

    private final Nearzero nearzero;
    private final Watch watch;
    private final LiveTable table;
    private final long startedAt = System.nanoTime();

    DemoRun(Nearzero nearzero, Watch watch, LiveTable table) {
        this.nearzero = nearzero;
        this.watch = watch;
        this.table = table;
    }

    Figures run() throws InterruptedException {
        Endpoint door = nearzero.ingress().endpoints().get(0);
        InetSocketAddress target = new InetSocketAddress(door.host(), door.port());
        LoadPlan one = LoadPlan.of(DemoApplication.HOST, "/").atMost(1);
        LoadPlan many = LoadPlan.of(DemoApplication.HOST, "/hold?ms=150");
        table.header();
        try (LoadGenerator first = new LoadGenerator(target, one);
                LoadGenerator load = new LoadGenerator(target, many)) {
            show(AT_ZERO, () -> false, load, first);
            first.connections(1);
            show(
                    PATIENCE,
                    () -> first.report().inFlight() == 0 && first.report().requests() == 1,
                    load,
                    first);
            for (Phase phase : PHASES) {
                load.connections(phase.connections());
                show(phase.duration(), () -> false, load, first);
            }
            load.connections(0);
            show(PATIENCE, () -> load.report().inFlight() == 0, load, first);
            long lastAnswer = System.nanoTime();
            boolean zero = show(PATIENCE, watch::atZero, load, first);
            long backToZero = zero ? TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastAnswer) : -1;
            return new Figures(
                    first.report(), load.report(), MOST, watch.mostInstances(), DemoApplication.LIMIT, backToZero);
        } finally {
            table.end();
        }
    }

    /** Shows what goes on until it is done, or the time is up. @return whether it is done */
    private boolean show(Duration atMost, BooleanSupplier done, LoadGenerator load, LoadGenerator first)
            throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (System.nanoTime() - deadline < 0) {
            long connections = load.inFlight() + first.inFlight();
            table.show(new LiveTable.Row(
                    (System.nanoTime() - startedAt) / 1e9,
                    connections,
                    Math.max(0, connections - watch.inFlight()),
                    watch.count(AppInstanceStatus.READY),
                    watch.count(AppInstanceStatus.INSTANTIATING),
                    watch.reason()));
            if (done.getAsBoolean()) {
                return true;
            }
            Thread.sleep(TURN_MILLIS);
        }
        return false;
    }
}
