package org.nearzero.simulation;

/** A law does not hold in a run. The message says which, when, and what happened before; the seed replays it. */
public final class LawBrokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LawBrokenException(String message) {
        super(message);
    }
}
