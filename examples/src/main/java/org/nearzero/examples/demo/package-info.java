/** The demo: one application goes from zero to one to many and back to zero under load, on plain processes of this machine. */
package org.nearzero.examples.demo;
