package org.nearzero.examples.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.nearzero.api.model.Application;

/**
 * Embeds three points of presence, runs the sample application on plain processes, and has users come, walk from one site to the next
 * and leave: it follows them, and goes back to zero. Ends by itself after some 30 s with a summary, and one line of JSON as its last.
 *
 * <p>Exit code 0: all that was promised was kept; 1: something was not; 2: it could not be run.
 */
public final class Demo {
    /** Two more follow it. */
    private static final int HIGHEST = 65_533;

    private Demo() {}

    /** @param args an optional port for the first site's ingress, the others have the next two; 0, any free ones, by default */
    public static void main(String[] args) {
        // What the platform logs at INFO the table shows anyway.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        System.setProperty("org.jboss.logging.provider", "slf4j");
        // That a site is silent: on a machine of one busy core now and then, and as they are closed one after the
        // other.
        System.setProperty("org.slf4j.simpleLogger.log.org.nearzero.sites.internal.Couriers", "error");
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
            out.println("three sites: their certificates are made, which takes some seconds");
            Figures figures;
            try (ThreeSites sites = ThreeSites.start(port, directory)) {
                sites.apply(application);
                sites.all()
                        .forEach(site -> out.println(site.name() + "  http://"
                                + site.nearzero().ingress().endpoints().get(0) + "/ with Host: "
                                + DemoApplication.HOST));
                out.println("at most " + DemoApplication.LIMIT + " connections an instance; follows its users at "
                        + DemoApplication.FOLLOWS_AT + " sessions\n");
                figures = new DemoRun(sites, new LiveTable(out, LiveTable.onTerminal())).run();
            }
            out.println("\n" + figures.summary());
            figures.broken().forEach(promise -> out.println("NOT KEPT: " + promise));
            out.println(figures.json());
            return figures.broken().isEmpty() ? 0 : 1;
        } finally {
            remove(directory);
        }
    }

    private static int port(String[] args) throws DemoException {
        if (args.length == 0) {
            return 0;
        }
        try {
            int port = Integer.parseInt(args[0]);
            if (args.length == 1 && port >= 0 && port <= HIGHEST) {
                return port;
            }
        } catch (NumberFormatException e) {
            // told below, as for one out of range
        }
        throw new DemoException(
                "arguments: " + String.join(" ", args) + " (expected: a port, 0 to " + HIGHEST + ", or none)");
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
