package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.nearzero.api.sites.Migration;

/**
 * What became of a share. What is kept has to be written before the site is told, and before anybody hears of it.
 *
 * @param share the share from now on; {@code kept} is the very same object if nothing has to be written
 * @param verdict what was decided
 * @param told the states that migrations have entered, in order
 * @param wakeAt when it has to be assessed again though nothing happens; after now, or {@link Times#FOREVER}
 * @param waits whether it would serve if another site gave up its place
 */
public record Transition(Share share, Verdict verdict, List<Migration> told, Instant wakeAt, boolean waits) {
    public Transition {
        requireNonNull(share, "share");
        requireNonNull(verdict, "verdict");
        told = List.copyOf(told);
        requireNonNull(wakeAt, "wakeAt");
    }
}
