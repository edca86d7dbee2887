package org.nearzero.examples.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table that grows by a line whenever the number of instances or the state of a migration changed. On a terminal its last line is
 * alive as well; elsewhere there is a line a second at least.
 */
final class LiveTable {
    private static final String REWRITE = "\r\u001b[2K";
    private static final double PLAIN_EVERY_SECONDS = 1;
    private static final int NEWS_WIDTH = 58;

    /**
     * One site at one moment.
     *
     * @param local connections on instances there
     */
    record Cell(int sessions, int relayed, int local, int ready, int starting) {
        String text() {
            String instances = starting == 0 ? Integer.toString(ready) : ready + "+" + starting;
            return String.format(Locale.ROOT, " |%4d %5d %5d %4s", sessions, relayed, local, instances);
        }

        boolean samePicture(Cell other) {
            return ready == other.ready && starting == other.starting;
        }
    }

    /** One moment. */
    record Row(double seconds, List<Cell> cells, String news) {
        Row {
            cells = List.copyOf(cells);
        }

        boolean samePicture(Row other) {
            return news.equals(other.news)
                    && IntStream.range(0, cells.size())
                            .allMatch(i -> cells.get(i).samePicture(other.cells.get(i)));
        }

        String text() {
            String cut = news.length() <= NEWS_WIDTH ? news : news.substring(0, NEWS_WIDTH - 1) + "~";
            String columns = cells.stream().map(Cell::text).collect(Collectors.joining());
            return String.format(Locale.ROOT, "%5.1f%s | %s", seconds, columns, cut);
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

    void header(List<String> sites) {
        out.println("     "
                + sites.stream()
                        .map(name -> String.format(Locale.ROOT, " | %-20s", name))
                        .collect(Collectors.joining()) + " | migration");
        out.println(" time" + " |sess relay local inst".repeat(sites.size()) + " |");
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
