package org.nearzero.ingress.testing.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Many devices at once, each with a thread. */
public final class Crowd {
    /** What one of them does. */
    @FunctionalInterface
    public interface Doing {
        void run(int number) throws Exception;
    }

    private static final int PATIENCE_SECONDS = 300;

    private final ExecutorService threads;
    private final List<Future<?>> running = new ArrayList<>();

    private Crowd(int size) {
        threads = Executors.newFixedThreadPool(size);
    }

    /** Starts {@code size} devices. */
    public static Crowd of(int size, Doing doing) {
        Crowd crowd = new Crowd(size);
        for (int i = 0; i < size; i++) {
            int number = i;
            crowd.running.add(crowd.threads.submit(() -> {
                doing.run(number);
                return null;
            }));
        }
        return crowd;
    }

    /** Whether all are done. */
    public boolean isDone() {
        return running.stream().allMatch(Future::isDone);
    }

    /** Waits for all. @throws AssertionError with the first failure */
    public void join() throws Exception {
        try {
            for (Future<?> one : running) {
                one.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException e) {
            throw new AssertionError("one of the crowd failed: " + e.getCause(), e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
