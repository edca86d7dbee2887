package org.nearzero.api.orchestrator;

import static java.util.Objects.requireNonNull;

/** A well-formed request that cannot be granted in the state that things are in. Nothing was changed. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why, as far as a program needs to know. */
    public enum Code {
        /** There is no such application. */
        NOT_FOUND,
        /** A host name and path, or an application, is taken. */
        ALREADY_EXISTS,
        /** The operator's policy does not allow it. */
        PERMISSION_DENIED,
        /** It needs something that this site has not: a driver for the artefact. */
        FAILED_PRECONDITION,
        /** It clashes with what is going on: the application is being deleted, or was handed over anew meanwhile. */
        INCOMPATIBLE_STATE,
        /** Not at the moment: the orchestrator is shutting down, or a driver that is needed does not answer. Try again. */
        UNAVAILABLE
    }

    private final Code code;

    public RefusedException(Code code, String message) {
        super(requireNonNull(message, "message"));
        this.code = requireNonNull(code, "code");
    }

    /** Why, as far as a program needs to know. */
    public Code code() {
        return code;
    }
}
