/** The demo: three points of presence in one process; an application follows its users from site to site, and goes back to zero. */
package org.nearzero.examples.demo;
