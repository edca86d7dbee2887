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

/** Runs several works at once, each on a thread of its own, each a given number of turns. What one throws fails the test. */
final class Together {
    private static final int SECONDS = 120;

    private Together() {}

    /** What a thread does in one turn. */
    interface Work {
        void turn(int number) throws Exception;
    }

    /** Runs {@code works} at once again and again, with {@code before} and {@code after} alone in between. */
    static void runInRounds(int rounds, Runnable before, Runnable after, Runnable... works) {
        CyclicBarrier begin = new CyclicBarrier(works.length, before);
        CyclicBarrier end = new CyclicBarrier(works.length, after);
        Work[] paced = new Work[works.length];
        for (int n = 0; n < works.length; n++) {
            Runnable work = works[n];
            paced[n] = turn -> {
                begin.await();
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
