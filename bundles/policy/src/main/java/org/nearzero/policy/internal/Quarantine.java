package org.nearzero.policy.internal;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a rule that misbehaves is left out: 10 s, then twice as long each time in a row, 5 min at most. One good answer
 * clears it. Confined to the engine's thread.
 */
final class Quarantine {
    static final Duration FIRST = Duration.ofSeconds(10);
    static final Duration LONGEST = Duration.ofMinutes(5);

    private Duration next = FIRST;
    private Instant until = Instant.MIN;
    private String why = "";

    /** Whether the rule is left out at {@code now}. */
    boolean holds(Instant now) {
        return now.isBefore(until);
    }

    void begin(String reason, Instant now) {
        until = now.plus(next);
        why = reason;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    }

    /** @return whether there was anything to clear */
    boolean clear() {
        boolean was = until != Instant.MIN;
        until = Instant.MIN;
        next = FIRST;
        return was;
    }

    Answer.PassedOver answer() {
        return new Answer.PassedOver(why, until);
    }
}
