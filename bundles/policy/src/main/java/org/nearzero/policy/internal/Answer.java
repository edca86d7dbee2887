package org.nearzero.policy.internal;

import java.time.Instant;
import org.nearzero.api.policy.Desired;

/** What came of asking a rule. */
sealed interface Answer {
    /** It answered in time. */
    record Given(Desired desired) implements Answer {}

    /**
     * It did not, and this decision goes on without it.
     *
     * @param why for a person
     * @param retryAt when it will be asked again
     */
    record PassedOver(String why, Instant retryAt) implements Answer {}
}
