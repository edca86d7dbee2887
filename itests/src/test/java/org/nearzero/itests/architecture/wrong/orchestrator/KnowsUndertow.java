package org.nearzero.itests.architecture.wrong.orchestrator;

import io.undertow.Undertow;

/** Knows what only the ingress may. */
public record KnowsUndertow(Undertow server) {}
