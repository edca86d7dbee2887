package org.nearzero.examples.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.nearzero.examples.load.LoadReport;

/**
 * What the demo has shown.
 *
 * @param cold the one request that found nothing running
 * @param load all that came after
 * @param mostConnections the most that the load kept open at once
 * @param maxInstances the most instances up or starting at once
 * @param limit connections that an instance may carry
 * @param backToZeroMillis from the last answer until no instance was left; negative: it did not get there
 */
record Figures(
        LoadReport cold, LoadReport load, int mostConnections, int maxInstances, int limit, long backToZeroMillis) {

    int allowedInstances() {
        return (mostConnections + limit - 1) / limit;
    }

    int maxPerInstance() {
        return Math.max(cold.mostAtOnceAnywhere(), load.mostAtOnceAnywhere());
    }

    long requests() {
        return cold.requests() + load.requests();
    }

    long failed() {
        return cold.failed() + load.failed();
    }

    /** Without an answer, those still open at the end included. */
    long lost() {
        return cold.lost() + cold.inFlight() + load.lost() + load.inFlight();
    }

    /** Everything that was promised and not kept; empty if all was. */
    List<String> broken() {
        List<String> broken = new ArrayList<>();
        if (failed() > 0 || lost() > 0) {
            broken.add(failed() + " requests failed, " + lost() + " were lost: " + cold.reasons() + load.reasons());
        }
        if (requests() < 2) {
            broken.add("no load was made");
        }
        if (maxPerInstance() > limit || maxPerInstance() < 1) {
            broken.add(
                    "an instance carried " + maxPerInstance() + " connections at once (expected: 1 to " + limit + ")");
        }
        if (maxInstances > allowedInstances() || maxInstances < allowedInstances()) {
            broken.add(maxInstances + " instances for " + mostConnections + " connections (expected: "
                    + allowedInstances() + ")");
        }
        if (backToZeroMillis < 0) {
            broken.add("it did not go back to zero");
        }
        return broken;
    }

    String summary() {
        return String.format(
                Locale.ROOT,
                """
                0 -> 1   the first request waited %.0f ms while the process started, and was answered
                1 -> %d   %d connections at once, %d on each instance at most; no instance carried more than %d
                %d -> 0   %s
                         %d requests: %d failed, %d lost; half of them took %.0f ms at most, 99 %% %.0f ms""",
                cold.millisAt(1),
                maxInstances,
                mostConnections,
                limit,
                maxPerInstance(),
                maxInstances,
                backToZeroMillis < 0 ? "never" : backToZeroMillis + " ms after the last answer nothing was left",
                requests(),
                failed(),
                lost(),
                load.millisAt(0.5),
                load.millisAt(0.99));
    }

    String json() {
        return String.format(
                Locale.ROOT,
                "{\"requests\":%d,\"failed\":%d,\"lost\":%d,\"coldStartMs\":%.1f,\"p50Ms\":%.1f,\"p99Ms\":%.1f,"
                        + "\"maxConnections\":%d,\"maxInstances\":%d,\"allowedInstances\":%d,\"maxPerInstance\":%d,"
                        + "\"limit\":%d,\"backToZeroMs\":%d,\"ok\":%b}",
                requests(),
                failed(),
                lost(),
                cold.millisAt(1),
                load.millisAt(0.5),
                load.millisAt(0.99),
                mostConnections,
                maxInstances,
                allowedInstances(),
                maxPerInstance(),
                limit,
                backToZeroMillis,
                broken().isEmpty());
    }
}
