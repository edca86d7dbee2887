/** Other sites, and the certificates by which they know each other. */
package org.nearzero.ingress.testing.sites;
