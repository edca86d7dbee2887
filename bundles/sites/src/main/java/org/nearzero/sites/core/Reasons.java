package org.nearzero.sites.core;

/** The sentences of verdicts. */
final class Reasons {
    private Reasons() {}

    static String of(Verdict verdict) {
        throw new UnsupportedOperationException();
    }
}
