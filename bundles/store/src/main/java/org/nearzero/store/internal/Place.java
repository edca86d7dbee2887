package org.nearzero.store.internal;

/** Where a value is kept. */
record Place(String table, String key) {}
