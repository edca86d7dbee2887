package org.nearzero.itests.architecture.wrong.policy;

import org.nearzero.itests.architecture.wrong.orchestrator.KnowsUndertow;

/** Depends on another bundle. */
public record KnowsTheOrchestrator(KnowsUndertow other) {}
