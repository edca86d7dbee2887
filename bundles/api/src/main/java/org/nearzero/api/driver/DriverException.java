package org.nearzero.api.driver;

import static java.util.Objects.requireNonNull;

/**
 * A driver could not do what it was asked. The message says what, where, why and what to do next; the code says whether trying
 * again can help. Drivers complete their stages with this exception, never with another.
 */
public final class DriverException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why, as far as a program needs to know. */
    public enum Code {
        /** The artefact does not exist where the driver looks for it. Trying again does not help. */
        IMAGE_NOT_FOUND(false),
        /** The artefact exists but is not what was ordered: wrong checksum, not executable. Trying again does not help. */
        IMAGE_INVALID(false),
        /** The order itself cannot be carried out by this driver. Trying again does not help. */
        UNSUPPORTED(false),
        /** The engine does not answer, or is restarting. */
        ENGINE_UNAVAILABLE(true),
        /** The engine or the machine has no room for it at the moment. */
        NO_CAPACITY(true),
        /** The process ended before it could be used. */
        EXITED(true),
        /** There is no instance of that name. */
        NOT_FOUND(false),
        /** Anything else. */
        INTERNAL(true);

        private final boolean retryable;

        Code(boolean retryable) {
            this.retryable = retryable;
        }

        /** Whether the same call may succeed later with nothing changed by its caller. */
        public boolean retryable() {
            return retryable;
        }
    }

    private final Code code;

    public DriverException(Code code, String message) {
        this(code, message, null);
    }

    public DriverException(Code code, String message, Throwable cause) {
        super(requireNonNull(message, "message"), cause);
        this.code = requireNonNull(code, "code");
    }

    /** Why, as far as a program needs to know. */
    public Code code() {
        return code;
    }
}
