package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.nearzero.api.model.MigrationPolicy;

/**
 * How many sessions there are at a site, and since when they have been in that band without a break.
 *
 * @param sessions the number last told
 * @param band where the policy's thresholds put it
 * @param since when it came into that band
 */
public record Levels(int sessions, Band band, Instant since) {
    /** Where a number of sessions lies. */
    public enum Band {
        /** At the threshold or over it. */
        MANY,
        /** Between both thresholds: nothing changes. */
        BETWEEN,
        /** At the return threshold or under it. */
        FEW
    }

    public Levels {
        requireNonNull(band, "band");
        requireNonNull(since, "since");
    }

    /** Before anything was told: in no band that changes anything. */
    public static Levels unknown(Instant now) {
        return new Levels(0, Band.BETWEEN, now);
    }

    /** A number is told: in the same band the time runs on, in another it begins. */
    public Levels told(int number, MigrationPolicy policy, Instant now) {
        Band next = band(number, policy);
        if (next == band) {
            return number == sessions ? this : new Levels(number, band, since);
        }
        return new Levels(number, next, now);
    }

    /** The thresholds have changed: nobody kept count of the new ones until now. */
    public Levels anew(MigrationPolicy policy, Instant now) {
        return new Levels(sessions, band(sessions, policy), now);
    }

    private static Band band(int number, MigrationPolicy policy) {
        if (number >= policy.sessionThreshold()) {
            return Band.MANY;
        }
        return number <= policy.returnThreshold() ? Band.FEW : Band.BETWEEN;
    }
}
