package org.nearzero.benchmarks;

/** A benchmark cannot be run here; the message says what is missing and how to get it. */
final class MissingException extends Exception {
    private static final long serialVersionUID = 1L;

    MissingException(String message) {
        super(message);
    }

    MissingException(String message, Throwable cause) {
        super(message, cause);
    }
}
