/** Keeps values in one file, each change on the disk before it is acknowledged. */
package org.nearzero.store.internal;
