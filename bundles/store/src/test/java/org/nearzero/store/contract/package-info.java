/** What every store has to keep to, as tests that any implementation can run, and a store in memory for other tests. */
package org.nearzero.store.contract;
