package org.nearzero.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs seeds, as many as are asked for or as fit in the time. Ends with one line of JSON. At the first law that does not hold it says
 * which seed that was, and ends with 1; {@code --seed} replays it.
 */
@Command(
        name = "simulation",
        mixinStandardHelpOptions = true,
        subcommands = Scale.class,
        description = "Many sites in virtual time, with faults, under the real decisions.")
public final class Simulation implements Callable<Integer> {
    @Option(names = "--seeds", defaultValue = "1000", description = "how many seeds (${DEFAULT-VALUE})")
    private long seeds;

    @Option(names = "--from", defaultValue = "1", description = "the first seed (${DEFAULT-VALUE})")
    private long from;

    @Option(
            names = "--seconds",
            defaultValue = "600",
            description = "stops after so long, however many are left (${DEFAULT-VALUE})")
    private long seconds;

    @Option(names = "--threads", description = "how many run at once; one for each processor")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--seed", description = "runs one seed and tells what happens")
    private Long seed;

    @Option(names = "--report", description = "writes that run as a page to a file")
    private Path report;

    private final LongAdder done = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder migrations = new LongAdder();
    private final LongAdder happened = new LongAdder();

    /** Ends the process: 0 if all laws held, 1 if one did not, 2 for wrong arguments. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Simulation()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        return seed != null ? one() : many();
    }

    private int one() throws IOException {
        Run run = new Run(seed);
        try {
            Run.Outcome outcome = run.go();
            if (report != null) {
                Files.writeString(report, Report.of(run.world(), outcome));
            }
            System.out.println(outcome);
            return 0;
        } catch (LawBrokenException e) {
            System.out.println(e.getMessage());
            return 1;
        }
    }

    private int many() throws InterruptedException {
        long begun = System.nanoTime();
        long end = begun + seconds * 1_000_000_000L;
        AtomicLong next = new AtomicLong(from);
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(workers.submit(() -> work(next, end)));
        }
        String broken = "";
        for (Future<?> each : all) {
            try {
                each.get();
            } catch (ExecutionException e) {
                broken = String.valueOf(e.getCause().getMessage());
                next.set(Long.MAX_VALUE / 2);
            }
        }
        workers.shutdown();
        if (!broken.isEmpty()) {
            System.out.println(broken);
        }
        System.out.printf(
                Locale.ROOT,
                "{\"seeds\": %d, \"broken\": %d, \"seconds\": %.1f, \"requests\": %d, \"failedWithExcuse\": %d, \"migrations\": %d,"
                        + " \"steps\": %d}%n",
                done.sum(),
                broken.isEmpty() ? 0 : 1,
                (System.nanoTime() - begun) / 1e9,
                requests.sum(),
                failed.sum(),
                migrations.sum(),
                happened.sum());
        return broken.isEmpty() ? 0 : 1;
    }

    private void work(AtomicLong next, long end) {
        while (System.nanoTime() < end) {
            long mine = next.getAndIncrement();
            if (mine >= from + seeds) {
                return;
            }
            Run.Outcome outcome;
            try {
                outcome = new Run(mine).go();
            } catch (LawBrokenException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new IllegalStateException("seed " + mine + ": " + e, e);
            }
            done.increment();
            requests.add(outcome.requests());
            failed.add(outcome.failed());
            migrations.add(outcome.migrations());
            happened.add(outcome.happened());
        }
    }
}
