package org.nearzero.orchestrator.core;

import org.nearzero.api.model.AppInstanceId;

/** One step of a {@link Plan}. */
public sealed interface Step {
    /** Start so many new instances, at least 1. */
    record Start(int count) implements Step {}

    /** Let a draining instance take new connections again. */
    record Reopen(AppInstanceId instance) implements Step {}

    /** Let an instance take no new connections. */
    record Drain(AppInstanceId instance) implements Step {}

    /** Close an instance if it is empty at that moment, and only then stop it. */
    record Retire(AppInstanceId instance) implements Step {}
}
