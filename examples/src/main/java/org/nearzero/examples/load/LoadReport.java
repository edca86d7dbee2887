package org.nearzero.examples.load;

import java.util.Arrays;
import java.util.Map;

/**
 * What became of a load so far. {@code requests = answered + failed + lost + inFlight}, always.
 *
 * @param requests made so far
 * @param answered answered completely with 200
 * @param failed answered completely with something else
 * @param lost not answered, or not completely: connection refused, cut, timed out
 * @param inFlight without their answer yet
 * @param reasons why requests failed or were lost, and how many each
 * @param mostAtOnce for each instance, the most connections it says it ever carried at once ({@code X-Max-Concurrent})
 * @param answers for each instance, what it answered with 200; those that name none together as the empty name
 * @param sortedNanos how long each answered request took, from the beginning of its connection or, on one that was open, from
 *     its first byte, to the last byte of its answer; ascending
 */
public record LoadReport(
        long requests,
        long answered,
        long failed,
        long lost,
        long inFlight,
        Map<String, Long> reasons,
        Map<String, Integer> mostAtOnce,
        Map<String, Answers> answers,
        long[] sortedNanos) {

    public LoadReport {
        reasons = Map.copyOf(reasons);
        mostAtOnce = Map.copyOf(mostAtOnce);
        answers = Map.copyOf(answers);
        sortedNanos = sortedNanos.clone();
    }

    /**
     * What one instance answered.
     *
     * @param count how often
     * @param firstAfterNanos when for the first time, from the first request of the whole load
     */
    public record Answers(long count, long firstAfterNanos) {}

    /** A copy: how long each answered request took, ascending. */
    @Override
    public long[] sortedNanos() {
        return sortedNanos.clone();
    }

    /** How many ms the given share of the answered requests took at most; 0 if there are none. @param share 0 to 1 */
    public double millisAt(double share) {
        return percentile(sortedNanos, share) / 1e6;
    }

    /** The most connections that any instance says it carried at once. */
    public int mostAtOnceAnywhere() {
        return mostAtOnce.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** Whether every request was answered with 200. */
    public boolean flawless() {
        return failed == 0 && lost == 0 && inFlight == 0 && requests == answered;
    }

    /** The value below or at which the given share of ascending values lies (nearest rank); 0 if there are none. */
    public static long percentile(long[] ascending, double share) {
        if (ascending.length == 0) {
            return 0;
        }
        int rank = (int) Math.ceil(share * ascending.length);
        return ascending[Math.max(1, Math.min(ascending.length, rank)) - 1];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LoadReport that
                && requests == that.requests
                && answered == that.answered
                && failed == that.failed
                && lost == that.lost
                && inFlight == that.inFlight
                && reasons.equals(that.reasons)
                && mostAtOnce.equals(that.mostAtOnce)
                && answers.equals(that.answers)
                && Arrays.equals(sortedNanos, that.sortedNanos);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * requests + answered);
    }

    @Override
    public String toString() {
        return requests + " requests, " + answered + " answered, " + failed + " failed, " + lost + " lost, " + inFlight
                + " in flight" + (reasons.isEmpty() ? "" : ", " + reasons);
    }
}
