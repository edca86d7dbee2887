package org.nearzero.itests.architecture.wrong.policy.core;

/** Waits in pure code. */
public final class WaitsForOthers {
    public synchronized void await() throws InterruptedException {
        wait();
    }
}
