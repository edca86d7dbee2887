package org.nearzero.itests.architecture.wrong.orchestrator;

import java.time.Clock;

/** Tells the time by a clock that somebody may set. */
public final class AsksForTheSystemsClock {
    public Clock ask() {
        return Clock.systemUTC();
    }
}
