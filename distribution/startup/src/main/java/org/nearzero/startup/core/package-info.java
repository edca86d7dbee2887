/** What the state of all components comes to, as a pure function. */
package org.nearzero.startup.core;
