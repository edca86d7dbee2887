package org.nearzero.management.internal;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what somebody else decides, as long as a caller may be kept waiting. */
final class Settled {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private Settled() {}

    /**
     * What was decided.
     *
     * @param what names it in a message
     * @param look where to see what has become of it
     * @throws Failure if it was refused, or not decided in time
     */
    static <T> T of(CompletionStage<T> stage, String what, String look) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw Failure.of(e);
        } catch (TimeoutException e) {
            throw new Failure(
                    504,
                    "TIMEOUT",
                    what + ": not decided within " + DEADLINE.toSeconds() + " s; it may still be taken: see GET "
                            + look);
        }
    }
}
