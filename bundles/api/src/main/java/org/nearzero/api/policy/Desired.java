package org.nearzero.api.policy;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * A decision: how many instances an application should have here, and why.
 *
 * @param instances how many, at least 0: instances that are starting count toward it
 * @param reason why, in words and figures that a person can check
 * @param wakeAt when time alone may change the decision; empty if only a change of the inputs can
 * @param capped whether a bound of the operator's kept it lower than demand asks for
 */
public record Desired(int instances, String reason, Optional<Instant> wakeAt, boolean capped) {
    public Desired {
        if (instances < 0) {
            throw new IllegalArgumentException("instances: " + instances + " (expected: >= 0)");
        }
        requireNonNull(reason, "reason");
        requireNonNull(wakeAt, "wakeAt");
    }
}
