package org.nearzero.ingress.core;

import java.time.Duration;
import java.time.Instant;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.Problems;
import org.nearzero.api.model.QueuePolicy;

/**
 * On what terms a connection may wait.
 *
 * @param known whether the application is routed here
 * @param revision of the routes
 * @param queue the bounds of the line
 * @param refusing whether nobody may wait before {@code retryAt}
 * @param reason why not, for a person
 * @param retryAt nanoseconds of the monotonic clock
 */
record Terms(boolean known, long revision, QueuePolicy queue, boolean refusing, String reason, long retryAt) {
    static Terms unknown(String reason) {
        return new Terms(false, Long.MIN_VALUE, QueuePolicy.DEFAULT, true, reason, Long.MAX_VALUE);
    }

    static Terms of(Routes routes, long nanos, Instant now) {
        if (routes.otherwise() instanceof Routes.Refuse refuse) {
            Duration wait = Duration.between(now, refuse.retryAt());
            long retryAt = nanos + (wait.isNegative() ? 0 : saturatedNanos(wait));
            return new Terms(true, routes.revision(), routes.queue(), true, refuse.reason(), retryAt);
        }
        return new Terms(true, routes.revision(), routes.queue(), false, "", 0);
    }

    Duration deadline() {
        return queue.deadline();
    }

    /** Why one more, with which so many would wait, is refused; null if it may wait. */
    Refusal refusal(int waiting, long bytes, long now) {
        Refusal all = refusalOfAll(now);
        if (all != null) {
            return all;
        }
        if (waiting >= queue.maxConnections()) {
            return full("as many connections wait as may: " + queue.maxConnections());
        }
        return bytes > queue.maxBytes()
                ? full("those that wait hold as many bytes as they may: " + queue.maxBytes())
                : null;
    }

    /** Why nobody may wait now; null if they may. */
    Refusal refusalOfAll(long now) {
        if (!known) {
            return new Refusal(false, reason, 0);
        }
        return refusing && retryAt - now > 0 ? new Refusal(true, reason, retryAt - now) : null;
    }

    static Refusal waitedTooLong(Duration deadline) {
        return new Refusal(true, "no room within " + Problems.text(deadline), 0);
    }

    private static Refusal full(String reason) {
        return new Refusal(true, reason, 0);
    }

    /** Far times are as good as a year, and do not overflow. */
    static long saturatedNanos(Duration duration) {
        return duration.compareTo(Duration.ofDays(365)) > 0
                ? Duration.ofDays(365).toNanos()
                : duration.toNanos();
    }
}
