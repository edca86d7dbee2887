/**
 * The brain of the orchestrator: pure functions of immutable values and {@code now}. No thread, no I/O, no clock, no log, so
 * that production, property tests, a dry run and a simulation in virtual time run the same code.
 */
package org.nearzero.orchestrator.core;
