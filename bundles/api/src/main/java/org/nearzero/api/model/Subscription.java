package org.nearzero.api.model;

/** Something that was registered; closing it, once or more often, takes it back. Closing never throws and never blocks. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
