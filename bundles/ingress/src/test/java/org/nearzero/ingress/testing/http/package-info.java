/** Raw HTTP/1 on both sides of an ingress under test: every byte is the test's own. */
package org.nearzero.ingress.testing.http;
