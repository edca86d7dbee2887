package org.nearzero.itests.architecture.wrong.orchestrator;

import sun.misc.Signal;

/** Depends on an internal of the JDK. */
public record KnowsTheJdksInsides(Signal signal) {}
