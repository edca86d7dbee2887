package org.nearzero.itests.architecture.wrong.policy.core;

import java.time.Clock;

/** Holds a clock in pure code. */
public record HoldsAClock(Clock clock) {}
