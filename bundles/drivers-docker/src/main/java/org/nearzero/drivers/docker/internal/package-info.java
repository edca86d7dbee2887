/** The Docker driver: the only place that knows the Docker client. Not exported. */
package org.nearzero.drivers.docker.internal;
