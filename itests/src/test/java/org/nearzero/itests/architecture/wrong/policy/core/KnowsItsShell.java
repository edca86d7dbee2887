package org.nearzero.itests.architecture.wrong.policy.core;

import org.nearzero.itests.architecture.wrong.policy.internal.Shell;

/** Knows the shell around it. */
public record KnowsItsShell(Shell shell) {}
