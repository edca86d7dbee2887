package org.nearzero.itests.architecture.wrong.policy.core;

import org.slf4j.Logger;

/** Logs in pure code. */
public record Logs(Logger log) {}
