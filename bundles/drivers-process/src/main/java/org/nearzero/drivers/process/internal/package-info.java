/** The process driver and its Declarative Services shell. */
package org.nearzero.drivers.process.internal;
