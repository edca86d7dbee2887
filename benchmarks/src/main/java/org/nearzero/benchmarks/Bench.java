package org.nearzero.benchmarks;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Runs the benchmark of the given name; its last line is one line of JSON. Exit code 0: its claims hold; 1: one does not; 2: it
 * could not be run.
 */
public final class Bench {
    private static final Map<String, Function<List<String>, Benchmark>> ALL = new TreeMap<>(Map.of(
            "burst", without(Burst::new),
            "churn", without(Churn::new),
            "cold-start", without(ColdStart::new),
            "migrations", Migrations::new,
            "relay", without(Relay::new),
            "wake", without(Wake::new),
            "warm", without(Warm::new)));

    private Bench() {}

    private static Function<List<String>, Benchmark> without(Supplier<Benchmark> benchmark) {
        return options -> {
            if (!options.isEmpty()) {
                throw new IllegalArgumentException(options + " (expected: no options)");
            }
            return benchmark.get();
        };
    }

    /** @param args the name, one of {@code burst, churn, cold-start, migrations, relay, wake, warm}, and its options */
    public static void main(String[] args) {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        // Undertow's and XNIO's greetings are no part of a report.
        System.setProperty("org.jboss.logging.provider", "slf4j");
        System.exit(run(args, System.out));
    }

    static int run(String[] args, PrintStream out) {
        Function<List<String>, Benchmark> wanted = args.length > 0 ? ALL.get(args[0]) : null;
        if (wanted == null) {
            System.err.println(
                    "bench: " + String.join(" ", args) + " (expected: one of " + String.join(", ", ALL.keySet()) + ")");
            return 2;
        }
        Benchmark benchmark;
        try {
            benchmark = wanted.apply(List.of(args).subList(1, args.length));
        } catch (IllegalArgumentException e) {
            System.err.println("bench " + args[0] + ": " + e.getMessage());
            return 2;
        }
        try {
            Outcome outcome = benchmark.run(out);
            outcome.broken().forEach(claim -> out.println("DOES NOT HOLD: " + claim));
            out.println(outcome.json());
            return outcome.broken().isEmpty() ? 0 : 1;
        } catch (MissingException e) {
            System.err.println("bench " + args[0] + ": " + e.getMessage());
            return 2;
        } catch (InterruptedException e) {
            return 130;
        } catch (Exception e) {
            System.err.println("bench " + args[0] + " failed:");
            e.printStackTrace();
            return 2;
        }
    }
}
