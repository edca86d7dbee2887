package org.nearzero.examples.sample;

/** What arrived is not HTTP/1.1 as this server speaks it; the connection is answered with a status and closed. */
final class BadRequestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    BadRequestException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
