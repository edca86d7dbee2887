package org.nearzero.itests.architecture.wrong.orchestrator;

import io.micrometer.core.instrument.MeterRegistry;

/** Knows what only the telemetry may. */
public record KnowsMicrometer(MeterRegistry registry) {}
