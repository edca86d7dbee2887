/** The command line: {@code apply}, {@code get}, {@code status}, {@code delete}, {@code version}, over the REST API. */
package org.nearzero.cli;
