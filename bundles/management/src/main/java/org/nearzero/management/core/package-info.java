/** Manifests and the API's answers, as pure functions: no thread, no I/O, no clock, no log. */
package org.nearzero.management.core;
