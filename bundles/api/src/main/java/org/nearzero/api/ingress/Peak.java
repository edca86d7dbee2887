package org.nearzero.api.ingress;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A level of concurrent connections that was reached in the recent past.
 *
 * @param connections the level: in flight and waiting together
 * @param until when it was last reached, or later; never earlier
 */
public record Peak(int connections, Instant until) {
    public Peak {
        requireNonNull(until, "until");
    }
}
