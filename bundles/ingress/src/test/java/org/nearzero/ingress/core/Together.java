package org.nearzero.ingress.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs several works at once, each on a thread of its own, each a given number of turns. What one throws fails the test. */
final class Together {
    /** For all turns; far more than they need anywhere. */
    private static final int SECONDS = 600;

    /** After that no further round is begun: a round is a matter of microseconds, or of many milliseconds on a busy machine. */
    private static final long ROUNDS_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final int MOST_LATE = 64;
    private static final int MOST_SPINS = 1_000;

    private Together() {}

    /** What a thread does in one turn. */
    interface Work {
        void turn(int number) throws Exception;
    }

    /**
     * Runs {@code works} at once again and again, with {@code before} and {@code after} alone in between. They start as close to
     * each other as can be, one a little later in each round, so that sooner or later each meets each step of the other.
     *
     * @param rounds how many at most: fewer where they take long
     */
    static void runInRounds(int rounds, Runnable before, Runnable after, Runnable... works) {
        long lastBegin = System.nanoTime() + ROUNDS_NANOS;
        AtomicBoolean enough = new AtomicBoolean();
        CyclicBarrier begin = new CyclicBarrier(works.length, () -> {
            enough.set(System.nanoTime() - lastBegin > 0);
            before.run();
        });
        CyclicBarrier end = new CyclicBarrier(works.length, after);
        AtomicInteger ready = new AtomicInteger();
        Work[] paced = new Work[works.length];
        for (int n = 0; n < works.length; n++) {
            Runnable work = works[n];
            int me = n;
            paced[n] = turn -> {
                if (enough.get()) {
                    return;
                }
                begin.await();
                ready.incrementAndGet();
                for (int spins = 0; ready.get() < (turn + 1) * works.length; spins++) {
                    if (spins < MOST_SPINS) {
                        Thread.onSpinWait();
                    } else {
                        Thread.yield(); // the other has no processor yet
                    }
                }
                for (int late = turn % works.length == me ? turn / works.length % MOST_LATE : 0; late > 0; late--) {
                    Thread.onSpinWait();
                }
                work.run();
                end.await();
            };
        }
        run(rounds, paced);
    }

    static void run(int turns, Work... works) {
        ExecutorService threads = Executors.newFixedThreadPool(works.length);
        try {
            CyclicBarrier start = new CyclicBarrier(works.length);
            List<Future<?>> all = new ArrayList<>();
            for (Work work : works) {
                all.add(threads.submit(() -> {
                    start.await();
                    for (int turn = 0; turn < turns; turn++) {
                        work.turn(turn);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get(SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            threads.shutdownNow();
        }
    }
}
