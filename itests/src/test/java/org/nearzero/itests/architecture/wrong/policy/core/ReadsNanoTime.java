package org.nearzero.itests.architecture.wrong.policy.core;

/** Reads the time in pure code. */
public final class ReadsNanoTime {
    public long read() {
        return System.nanoTime();
    }
}
