package org.nearzero.ingress.core;

import java.io.IOException;

/** A message breaks the rules of HTTP/1.1 (RFC 9112) in a way that must not be passed on. */
public final class MalformedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message which rule, for a person */
    public MalformedException(String message) {
        super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this; // tells about the peer, not about this code; peers must not make us walk stacks
    }
}
