package org.nearzero.examples.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.nearzero.api.model.Application;
import org.nearzero.embed.Nearzero;

/**
 * Embeds Nearzero, runs the sample application on plain processes, puts load on it and shows what happens: 0, 1, n and 0
 * instances again. Ends by itself after some 25 s with a summary, and one line of JSON as its last.
 *
 * <p>Exit code 0: nothing was lost and no limit exceeded; 1: something was; 2: it could not be run.
 */
public final class Demo {
    private Demo() {}

    /** @param args an optional port for the ingress, 0 to 65535; 0, any free one, by default */
    public static void main(String[] args) {
        // What the platform logs at INFO the table shows anyway.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        System.setProperty("org.jboss.logging.provider", "slf4j");
        int code;
        try {
            code = run(port(args), System.out);
        } catch (DemoException e) {
            System.err.println("demo: " + e.getMessage());
            code = 2;
        } catch (InterruptedException e) {
            code = 130;
        }
        System.exit(code);
    }

    private static int run(int port, PrintStream out) throws DemoException, InterruptedException {
        Application application = DemoApplication.describe();
        Path directory = temporaryDirectory();
        try {
            Watch watch = new Watch();
            Figures figures;
            try (Nearzero nearzero = start(port, directory, watch)) {
                apply(nearzero, application);
                out.println("http://" + nearzero.ingress().endpoints().get(0) + "/ with Host: " + DemoApplication.HOST
                        + ", at most " + DemoApplication.LIMIT + " connections an instance\n");
                figures = new DemoRun(nearzero, watch, new LiveTable(out, LiveTable.onTerminal())).run();
            }
            out.println("\n" + figures.summary());
            figures.broken().forEach(promise -> out.println("NOT KEPT: " + promise));
            out.println(figures.json());
            return figures.broken().isEmpty() ? 0 : 1;
        } finally {
            remove(directory);
        }
    }

    private static Nearzero start(int port, Path directory, Watch watch) throws DemoException {
        try {
            return Nearzero.builder()
                    .popId("demo")
                    .ingress("127.0.0.1", port)
                    .processes(directory)
                    .statusListener(watch)
                    .connectionListener(watch)
                    .stopInstancesOnClose(true)
                    .start();
        } catch (RuntimeException e) {
            throw new DemoException("cannot start at 127.0.0.1:" + port + ": " + e.getMessage(), e);
        }
    }

    private static void apply(Nearzero nearzero, Application application) throws DemoException {
        try {
            nearzero.orchestrator()
                    .apply(application)
                    .toCompletableFuture()
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            String why = e.getCause() instanceof TimeoutException
                    ? "no answer within 30 s"
                    : e.getCause().getMessage();
            throw new DemoException("the application was not taken: " + why, e);
        }
    }

    private static int port(String[] args) throws DemoException {
        if (args.length == 0) {
            return 0;
        }
        try {
            int port = Integer.parseInt(args[0]);
            if (args.length == 1 && port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // told below, as for one out of range
        }
        throw new DemoException("arguments: " + String.join(" ", args) + " (expected: a port, 0 to 65535, or none)");
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("nearzero-demo");
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary directory can be made", e);
        }
    }

    private static void remove(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            System.err.println("demo: " + directory + " could not be removed: " + e.getMessage());
        }
    }
}
