package org.nearzero.embed;

import static java.util.Objects.requireNonNull;

/**
 * Something that was handed over with a ranking, as a service has one.
 *
 * @param value what
 * @param ranking the higher, the sooner it is asked
 */
record Ranked<T>(T value, int ranking) {
    Ranked {
        requireNonNull(value, "value");
    }
}
