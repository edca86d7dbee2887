package org.nearzero.itests.architecture.wrong.policy.core;

/** Prints in pure code. */
public final class Prints {
    public void print() {
        System.out.println();
    }
}
