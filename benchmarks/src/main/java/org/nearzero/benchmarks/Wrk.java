package org.nearzero.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load tool wrk, on connections that stay open; it tells its figures in microseconds instead of rounding them for people. */
final class Wrk {
    private static final String TELL = """
            function done(summary, latency, requests)
              local e = summary.errors
              io.write(string.format("told %d %d %d %d\\n", summary.requests,
                e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
            end
            """;
    /** It counts as failed what takes longer; on cores that others use as well 2 s, its default, come about. */
    private static final String LATE = "10s";

    private static final Pattern TOLD = Pattern.compile("told (\\d+) (\\d+) (\\d+) (\\d+)");

    /** What became of one load: how many requests were answered, how many were not or with an error, how long half and 99 % took at most. */
    record Load(long requests, long failed, double p50Micros, double p99Micros) {
        /** @throws IOException if wrk has not told its figures */
        static Load of(String report) throws IOException {
            Matcher told = TOLD.matcher(report);
            if (!told.find()) {
                throw new IOException("wrk has told no figures, but: " + report);
            }
            return new Load(
                    Long.parseLong(told.group(1)),
                    Long.parseLong(told.group(2)),
                    Long.parseLong(told.group(3)),
                    Long.parseLong(told.group(4)));
        }
    }

    private final int connections;
    private final Path script;

    private Wrk(int connections, Path script) {
        this.connections = connections;
        this.script = script;
    }

    /** Each connection pauses for 0 to {@code most} ms at random, so that they do not come in bursts. */
    static Wrk pausing(Path directory, int connections, int most) throws IOException {
        String pause = "function delay() return math.random(0, " + most + ") end\n";
        return new Wrk(connections, Files.writeString(directory.resolve("pausing.lua"), pause + TELL));
    }

    /** Asks for {@code /} of a host at a port of this machine. */
    Load ask(int port, String host, int seconds) throws IOException {
        List<String> command = List.of(
                "wrk",
                "-t1",
                "-c" + connections,
                "-d" + seconds + "s",
                "--timeout",
                LATE,
                "-s",
                script.toString(),
                "-H",
                "Host: " + host,
                "http://127.0.0.1:" + port + "/");
        try (Child wrk = Child.of(Map.of(), command)) {
            return Load.of(wrk.rest());
        }
    }
}
