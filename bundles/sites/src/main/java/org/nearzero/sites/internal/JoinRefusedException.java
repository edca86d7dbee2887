package org.nearzero.sites.internal;

/** A site may not join. The message is for whoever runs it, and says what to do. */
final class JoinRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    JoinRefusedException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** As in HTTP: 403, or 429 where trying again later can help. */
    int status() {
        return status;
    }
}
