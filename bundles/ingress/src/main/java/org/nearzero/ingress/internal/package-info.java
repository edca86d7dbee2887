/** The ingress on Undertow: the only package that knows it. */
package org.nearzero.ingress.internal;
