package org.nearzero.itests.architecture.wrong.api;

import org.slf4j.Logger;

/** Speaks of a library in the vocabulary. */
public record KnowsALibrary(Logger logger) {}
