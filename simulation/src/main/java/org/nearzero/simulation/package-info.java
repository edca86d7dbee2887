/**
 * Many sites in virtual time: the real policy, orchestrator and site logic, under a network, drivers and users that are played. One seed
 * makes one run, and the same seed makes the same run again.
 */
package org.nearzero.simulation;
