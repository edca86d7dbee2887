/** The shell around the pure part: the loop, the driver lanes, the readiness probe and the Declarative Services component. */
package org.nearzero.orchestrator.internal;
