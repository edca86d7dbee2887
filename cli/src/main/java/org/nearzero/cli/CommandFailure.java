package org.nearzero.cli;

/** A command that cannot do what it was asked; the message says what, where, why and what to do next. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What was asked for was refused, or has failed. */
    static final int REFUSED = 1;

    /** The command line itself is wrong. */
    static final int USAGE = 2;

    /** There is no platform at the endpoint. */
    static final int UNREACHABLE = 3;

    private final int exitCode;

    CommandFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
