package org.nearzero.itests.framework;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One request after another, from a thread of its own, until it is closed; at most so many that it ends by itself. */
final class Traffic implements AutoCloseable {
    private static final int MOST = 1_000_000;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger sent = new AtomicInteger();
    private final List<String> failures = new ArrayList<>(); // the thread's until it has ended
    private final Thread thread;

    /** @param request gives the status of an answer */
    Traffic(Callable<Integer> request) {
        thread = new Thread(() -> run(request), "traffic");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Callable<Integer> request) {
        while (!over.get() && sent.get() < MOST) {
            try {
                int status = request.call();
                if (status != 200) {
                    failures.add("request " + sent + " was answered " + status);
                }
            } catch (Exception e) {
                failures.add("request " + sent + " was not answered: " + e);
            }
            sent.incrementAndGet();
        }
    }

    /** How many have been answered, or failed. */
    int sent() {
        return sent.get();
    }

    /** Ends it, and tells the requests that were not answered 200. */
    List<String> failures() throws InterruptedException {
        over.set(true);
        thread.join();
        return failures;
    }

    @Override
    public void close() {
        over.set(true);
    }
}
