package org.nearzero.itests.architecture.wrong.orchestrator;

import org.snakeyaml.engine.v2.api.Load;

/** Knows what only the management may. */
public record KnowsYaml(Load load) {}
