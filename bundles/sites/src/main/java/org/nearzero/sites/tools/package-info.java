/** The command with which an operator makes certificates: plain Java, nothing of it runs in the platform. */
package org.nearzero.sites.tools;
