package org.nearzero.itests.architecture.wrong.orchestrator;

import org.h2.mvstore.MVStore;

/** Knows what only the store may. */
public record KnowsH2(MVStore store) {}
