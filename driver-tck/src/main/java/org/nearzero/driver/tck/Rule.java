package org.nearzero.driver.tck;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.nearzero.api.driver.DriverException;
import org.opentest4j.AssertionFailedError;

/**
 * One rule of the contract while it is checked. Whatever breaks it is told the same way: the rule's id, what was expected, what
 * happened, and what to do.
 */
record Rule(String id, Duration patience) {
    /** Something that may be asked again until it gives the right answer. */
    @FunctionalInterface
    interface Question<T> {
        T ask() throws Exception;
    }

    void holds(boolean condition, String expected, String happened, String advice) {
        if (!condition) {
            throw broken(expected, happened, advice, null);
        }
    }

    /** Waits for the stage and gives its value. */
    <T> T completes(CompletionStage<T> stage, String what, String advice) {
        holds(stage != null, what + " gives a stage", "null", "return a CompletionStage, failed or not; never null");
        try {
            return stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw broken(what + " succeeds", "failed with " + unwrap(e), advice, unwrap(e));
        } catch (TimeoutException e) {
            throw broken(what + " succeeds", "no answer after " + patience, advice, e);
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    /** Waits for the stage to fail with {@code code} and gives the failure. */
    DriverException fails(CompletionStage<?> stage, DriverException.Code code, String what, String advice) {
        String expected = what + " fails with a DriverException of code " + code;
        holds(stage != null, expected, "null instead of a stage", "return a failed stage");
        try {
            Object value = stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            throw broken(expected, "succeeded with " + value, advice, null);
        } catch (ExecutionException e) {
            if (unwrap(e) instanceof DriverException failure && failure.code() == code) {
                return failure;
            }
            throw broken(expected, "failed with " + text(unwrap(e)), advice, unwrap(e));
        } catch (TimeoutException e) {
            throw broken(expected, "no answer after " + patience, advice, e);
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    /** Asks until the answer is right, and gives it. */
    <T> T becomes(Question<T> question, Predicate<T> right, String expected, String advice) {
        return becomes(patience, question, right, expected, advice);
    }

    <T> T becomes(Duration within, Question<T> question, Predicate<T> right, String expected, String advice) {
        long end = System.nanoTime() + within.toNanos();
        String last;
        Exception cause;
        do {
            try {
                T answer = question.ask();
                if (right.test(answer)) {
                    return answer;
                }
                last = String.valueOf(answer);
                cause = null;
            } catch (Exception e) {
                last = text(e);
                cause = e;
            }
            LockSupport.parkNanos(2_000_000);
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted(expected, cause);
            }
        } while (System.nanoTime() < end);
        throw broken(expected, "still after " + within + ": " + last, advice, cause);
    }

    AssertionFailedError broken(String expected, String happened, String advice, Throwable cause) {
        return new AssertionFailedError(
                id + " is broken\n  expected: " + expected + "\n  happened: " + happened + "\n  to do:    " + advice,
                cause);
    }

    private AssertionFailedError interrupted(String what, Exception cause) {
        Thread.currentThread().interrupt();
        return broken(what, "interrupted while waiting", "look for a driver method that blocks its caller", cause);
    }

    private static String text(Throwable failure) {
        return failure instanceof DriverException e ? e.code() + ": " + e.getMessage() : String.valueOf(failure);
    }

    static Throwable unwrap(Throwable failure) {
        return (failure instanceof ExecutionException || failure instanceof CompletionException)
                        && failure.getCause() != null
                ? unwrap(failure.getCause())
                : failure;
    }
}
