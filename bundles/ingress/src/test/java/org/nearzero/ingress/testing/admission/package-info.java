/** What the tests of admission, parking, counting and tunnels share: devices, instances and a site, all on real sockets. */
package org.nearzero.ingress.testing.admission;
