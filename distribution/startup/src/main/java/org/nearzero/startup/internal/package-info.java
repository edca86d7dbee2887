/** Reads the components' state and tells it. */
package org.nearzero.startup.internal;
