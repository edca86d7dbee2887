/** A load generator on one thread that accounts for every request it makes: answered, failed and why, or lost. */
package org.nearzero.examples.load;
