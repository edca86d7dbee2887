package org.nearzero.itests.architecture.wrong.policy.core;

import java.time.Instant;

/** Reads the time in pure code. */
public final class ReadsTheTime {
    public Instant read() {
        return Instant.now();
    }
}
