package org.nearzero.api.driver;

/** What a driver knows of an instance. Whether it can serve is not the driver's business: the orchestrator probes that. */
public enum InstanceState {
    /** Exists, does not run yet. */
    CREATED,
    /** Its process runs. */
    RUNNING,
    /** Its process is frozen; see {@link SupportsPause}. */
    PAUSED,
    /** Its process has ended; the instance still has to be removed with {@link ContainerDriver#stop}. */
    EXITED,
    /** The driver cannot say at the moment. Never a guess. */
    UNKNOWN
}
