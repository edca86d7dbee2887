/**
 * The decision as a pure function of values: no threads, no I/O, no clock, no log. The same code runs in production, in a
 * property test, in a dry run and in a simulation.
 */
package org.nearzero.policy.core;
