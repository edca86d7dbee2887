/** Starts the framework from the class path of the JVM. */
package org.nearzero.startup.launcher;
