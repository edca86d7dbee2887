package org.nearzero.itests.distribution;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Waits for what follows by itself, be the machine as busy as it may. */
final class Await {
    private static final long PATIENCE_SECONDS = 60;

    private Await() {}

    /** Something that may be asked again and again. */
    interface Question<T> {
        T ask() throws Exception;
    }

    /** Asks until the answer is right. @return the last answer, for an assertion: patience may have ended before it was right */
    static <T> T until(Question<T> question, Predicate<? super T> right) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        T answer = question.ask();
        while (!right.test(answer) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            answer = question.ask();
        }
        return answer;
    }
}
