package org.nearzero.examples.demo;

/** The demo cannot be run here; the message says what is missing and what to do about it. */
final class DemoException extends Exception {
    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        super(message);
    }

    DemoException(String message, Throwable cause) {
        super(message, cause);
    }
}
