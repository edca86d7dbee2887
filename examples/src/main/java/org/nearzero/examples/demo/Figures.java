package org.nearzero.examples.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.nearzero.examples.load.LoadReport;

/**
 * What the demo has shown.
 *
 * @param visits the users of each site, the homebase first
 * @param migrations how many were completed, there and back
 * @param onceMigrated answers that users at a site had after it had followed them there
 * @param locallyOnceMigrated those of them that came from instances at that site
 * @param backToZeroMillis from the last answer until no instance was left at any site; negative: it did not get there
 * @param missed what was waited for in vain
 */
record Figures(
        List<Visit> visits,
        int migrations,
        long onceMigrated,
        long locallyOnceMigrated,
        long backToZeroMillis,
        List<String> missed) {
    private static final int LIMIT = DemoApplication.LIMIT;

    Figures {
        visits = List.copyOf(visits);
        missed = List.copyOf(missed);
    }

    int maxPerInstance() {
        return visits.stream()
                .mapToInt(visit -> visit.report().mostAtOnceAnywhere())
                .max()
                .orElse(0);
    }

    long requests() {
        return sum(LoadReport::requests);
    }

    long failed() {
        return sum(LoadReport::failed);
    }

    /** Without an answer, those still open at the end included. */
    long lost() {
        return sum(LoadReport::lost) + sum(LoadReport::inFlight);
    }

    private long sum(ToLongFunction<LoadReport> what) {
        return visits.stream().map(Visit::report).mapToLong(what).sum();
    }

    /** Everything that was promised and not kept; empty if all was. */
    List<String> broken() {
        List<String> broken = new ArrayList<>();
        missed.forEach(promise -> broken.add(promise + ": waited for in vain"));
        if (failed() > 0 || lost() > 0) {
            broken.add(failed() + " requests failed, " + lost() + " were lost: "
                    + visits.stream().map(visit -> visit.report().reasons()).toList());
        }
        if (maxPerInstance() > LIMIT || maxPerInstance() < 1) {
            broken.add(
                    "an instance carried " + maxPerInstance() + " connections at once (expected: 1 to " + LIMIT + ")");
        }
        if (locallyOnceMigrated < onceMigrated || onceMigrated < 1) {
            broken.add(locallyOnceMigrated + " of " + onceMigrated
                    + " answers came from the users' own site after it had followed them (expected: all)");
        }
        return broken;
    }

    String summary() {
        Visit b = visits.get(1);
        Visit c = visits.get(2);
        return String.format(
                Locale.ROOT,
                """
                0 -> 1   the first users at pop-b waited %d ms while pop-a started an instance, and were answered through the relay
                follows  pop-b answered itself %.1f s after its first request, pop-c %.1f s after its own
                         served locally: %.0f %% of all answers at pop-b, %.0f %% at pop-c; once it had followed, %d of %d
                back     %d migrations completed; %s
                         %d requests: %d failed, %d lost; no instance carried more than %d of %d connections""",
                b.firstMillis(),
                b.firstLocalMillis() / 1e3,
                c.firstLocalMillis() / 1e3,
                100 * b.localShare(),
                100 * c.localShare(),
                locallyOnceMigrated,
                onceMigrated,
                migrations,
                backToZeroMillis < 0
                        ? "it never went back to zero"
                        : backToZeroMillis + " ms after the last answer nothing was left at any site",
                requests(),
                failed(),
                lost(),
                maxPerInstance(),
                LIMIT);
    }

    String json() {
        Visit b = visits.get(1);
        Visit c = visits.get(2);
        return String.format(
                Locale.ROOT,
                "{\"requests\":%d,\"failed\":%d,\"lost\":%d,\"coldStartMs\":%d,\"firstLocalAnswerMs\":"
                        + "{\"pop-b\":%d,\"pop-c\":%d},\"shareServedLocally\":{\"pop-b\":%.3f,\"pop-c\":%.3f,"
                        + "\"onceMigrated\":%.3f},\"migrations\":%d,\"maxPerInstance\":%d,\"limit\":%d,"
                        + "\"backToZeroMs\":%d,\"ok\":%b}",
                requests(),
                failed(),
                lost(),
                b.firstMillis(),
                b.firstLocalMillis(),
                c.firstLocalMillis(),
                b.localShare(),
                c.localShare(),
                onceMigrated == 0 ? 0 : (double) locallyOnceMigrated / onceMigrated,
                migrations,
                maxPerInstance(),
                LIMIT,
                backToZeroMillis,
                broken().isEmpty());
    }
}
