/** What a site decides: pure, without a thread, a clock or I/O. */
package org.nearzero.sites.core;
