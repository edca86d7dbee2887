package org.nearzero.api.orchestrator;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hears of applications' changes. Registered as a service or with {@link Orchestrator#watch}; called on a thread that is not
 * the orchestrator's loop, one call at a time and in order. Told the newest status only: one that is slow misses what lies between.
 */
@ConsumerType
@FunctionalInterface
public interface StatusListener {
    /** An application's status is this now. */
    void changed(ApplicationStatus status);
}
