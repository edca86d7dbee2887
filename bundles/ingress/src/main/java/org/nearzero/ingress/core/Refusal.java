package org.nearzero.ingress.core;

import static java.util.Objects.requireNonNull;

/**
 * Why a connection was not admitted.
 *
 * @param known whether there is such an application (any more); if not, the answer is 404
 * @param reason for a person
 * @param retryAfterNanos after how long trying again can help, at least 0
 */
public record Refusal(boolean known, String reason, long retryAfterNanos) {
    private static final long SECOND = 1_000_000_000L;

    public Refusal {
        requireNonNull(reason, "reason");
    }

    /** The value of {@code Retry-After}: whole seconds, rounded up, at least 1 (RFC 9110 section 10.2.3). */
    public long retryAfterSeconds() {
        return Math.max(1, retryAfterNanos / SECOND + (retryAfterNanos % SECOND > 0 ? 1 : 0));
    }
}
