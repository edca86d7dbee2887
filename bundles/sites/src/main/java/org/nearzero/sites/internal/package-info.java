/**
 * The shell around the pure part: who sites are (certificates), how they reach each other, what is written down, the loop, and the
 * Declarative Services component.
 */
package org.nearzero.sites.internal;
