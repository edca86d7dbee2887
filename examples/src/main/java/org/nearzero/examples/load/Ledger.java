package org.nearzero.examples.load;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The account of all requests. Written by the load's thread, read by any. */
final class Ledger {
    private final Map<String, Long> reasons = new HashMap<>();
    private final Map<String, Integer> mostAtOnce = new HashMap<>();
    private final Map<String, LoadReport.Answers> answers = new HashMap<>();
    private long[] nanos = new long[1024];
    private long firstAt;
    private long requests;
    private int answered;
    private long failed;
    private long lost;

    synchronized void begun() {
        if (requests == 0) {
            firstAt = System.nanoTime();
        }
        requests++;
    }

    synchronized void answered(AnswerParser answer, long took) {
        notifyAll();
        if (!answer.instance().isEmpty()) {
            mostAtOnce.merge(answer.instance(), answer.maxConcurrent(), Math::max);
        }
        if (answer.status() != 200) {
            failed++;
            reasons.merge("status " + answer.status(), 1L, Long::sum);
            return;
        }
        if (answered == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * nanos.length);
        }
        nanos[answered++] = took;
        answers.merge(
                answer.instance(),
                new LoadReport.Answers(1, System.nanoTime() - firstAt),
                (before, now) -> new LoadReport.Answers(before.count() + 1, before.firstAfterNanos()));
    }

    synchronized void lost(String reason) {
        notifyAll();
        lost++;
        reasons.merge(reason, 1L, Long::sum);
    }

    /** Waits until so many requests have come to an end. @return whether they have, in time */
    synchronized boolean awaitDone(long count, long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        while (answered + failed + lost < count) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    synchronized long inFlight() {
        return requests - answered - failed - lost;
    }

    synchronized LoadReport report() {
        long[] sorted = Arrays.copyOf(nanos, answered);
        Arrays.sort(sorted);
        return new LoadReport(requests, answered, failed, lost, inFlight(), reasons, mostAtOnce, answers, sorted);
    }
}
