package org.nearzero.itests.architecture.wrong.policy.internal;

/** Stands for a shell. */
public record Shell() {}
