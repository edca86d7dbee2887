/** What the driver knows about Docker without talking to it: names, labels, users, endings, refusals. Pure. */
package org.nearzero.drivers.docker.core;
