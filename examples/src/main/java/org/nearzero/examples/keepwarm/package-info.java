/** A plug-in as a third party would write it: a rule that takes part in scaling decisions. */
package org.nearzero.examples.keepwarm;
