/**
 * The sample application: a small HTTP and WebSocket server on nothing but {@code java.base} that starts fast, keeps count of
 * what it carries, and notices by itself when it is given more than its limit or is stopped while it is in use.
 */
package org.nearzero.examples.sample;
