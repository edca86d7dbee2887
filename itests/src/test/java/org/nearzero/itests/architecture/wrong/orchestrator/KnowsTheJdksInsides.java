package org.nearzero.itests.architecture.wrong.orchestrator;

import jdk.net.ExtendedSocketOptions;

/** Depends on what belongs to one JDK, not to Java. */
public record KnowsTheJdksInsides(ExtendedSocketOptions options) {}
