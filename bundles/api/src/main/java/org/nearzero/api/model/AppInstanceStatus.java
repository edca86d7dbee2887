package org.nearzero.api.model;

/** The state of one instance, in CAMARA's words. */
public enum AppInstanceStatus {
    /** Being created, started or probed; carries no connection yet. */
    INSTANTIATING,
    /** Answered its readiness probe; may carry connections. */
    READY,
    /** Did not start, did not become ready in time, or exited by itself. */
    FAILED,
    /** Closed to connections and being stopped and removed. */
    TERMINATING,
    /** Its driver cannot say at the moment; never a guess. */
    UNKNOWN
}
