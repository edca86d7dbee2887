package org.nearzero.itests.architecture.wrong.policy.core;

/** Starts a thread in pure code. */
public final class StartsAThread {
    public void start() {
        new Thread(() -> {}).start();
    }
}
