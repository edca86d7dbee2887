package org.nearzero.examples.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A table that grows by a line whenever the number of instances changed. On a terminal its last line is alive as well; elsewhere there is a
 * line a second at least.
 */
final class LiveTable {
    private static final String REWRITE = "\r\u001b[2K";
    private static final double PLAIN_EVERY_SECONDS = 1;
    private static final int REASON_WIDTH = 78;

    /** One moment. */
    record Row(double seconds, long connections, long waiting, int ready, int starting, String reason) {
        boolean samePicture(Row other) {
            return ready == other.ready && starting == other.starting;
        }

        String text() {
            String cut = reason.length() <= REASON_WIDTH ? reason : reason.substring(0, REASON_WIDTH - 1) + "~";
            return String.format(
                    Locale.ROOT, "%6.1f %12d %8d %6d %9d  %s", seconds, connections, waiting, ready, starting, cut);
        }
    }

    private final PrintStream out;
    private final boolean terminal;
    private Row last;
    private double printedAt = Double.NEGATIVE_INFINITY;

    LiveTable(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Whether standard output is a terminal that understands escapes. (A console may exist where it is not: JDK 22 and later.) */
    static boolean onTerminal() {
        try {
            String output = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return (output.startsWith("/dev/pts/") || output.startsWith("/dev/tty"))
                    && !"dumb".equals(System.getenv().getOrDefault("TERM", "dumb"));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    void header() {
        out.println("  time  connections  waiting  ready  starting  why");
    }

    void show(Row row) {
        boolean changed = last == null || !row.samePicture(last);
        if (terminal) {
            if (changed && last != null) {
                out.print(REWRITE + last.text() + "\n");
            }
            out.print(REWRITE + row.text());
        } else if (changed || row.seconds() - printedAt >= PLAIN_EVERY_SECONDS) {
            out.println(row.text());
            printedAt = row.seconds();
        }
        out.flush();
        last = row;
    }

    /** Lets what follows begin on a line of its own. */
    void end() {
        if (terminal && last != null) {
            out.println();
        }
    }
}
