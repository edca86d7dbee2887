package org.nearzero.ingress.internal;

import org.nearzero.api.model.Problems;

/**
 * Bounds on what one client may ask for.
 *
 * @param ioThreads threads that do all the work, 1 to 256
 * @param maxHeaderBytes bytes of a request head, 1 KiB to 1 MiB; past it the answer is 400
 * @param maxHeaders fields of a request head, 8 to 1 000
 * @param maxBodyBytes bytes of a request body, at least 0; 0: any number; past it the answer is 413
 * @param minBodyBytesPerSecond how slowly a client may send a body, 0 to 1 MiB, measured over the body timeout; a slower one is
 *     cut off, so that it cannot hold a connection of an instance
 */
public record Limits(int ioThreads, int maxHeaderBytes, int maxHeaders, long maxBodyBytes, int minBodyBytesPerSecond) {
    /** One thread for each processor, 32 KiB and 100 fields, bodies of any length at 50 bytes a second or faster. */
    public static final Limits DEFAULT =
            new Limits(Math.min(256, Runtime.getRuntime().availableProcessors()), 32 << 10, 100, 0, 50);

    /** @throws org.nearzero.api.model.InvalidInputException with every problem found */
    public Limits {
        Problems.check()
                .range("ioThreads", ioThreads, 1, 256)
                .range("maxHeaderBytes", maxHeaderBytes, 1 << 10, 1 << 20)
                .range("maxHeaders", maxHeaders, 8, 1_000)
                .range("maxBodyBytes", maxBodyBytes, 0, Long.MAX_VALUE)
                .range("minBodyBytesPerSecond", minBodyBytesPerSecond, 0, 1 << 20)
                .throwIfAny();
    }
}
