/** The shell around the pure part: the HTTP server, the kept manifests and the Declarative Services component. */
package org.nearzero.management.internal;
