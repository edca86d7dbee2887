package org.nearzero.orchestrator.internal;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.model.Subscription;

/**
 * The way to one driver: a few threads and a bounded queue of its own, so that a driver that blocks or hangs delays nobody
 * else's calls. Deadlines are its callers' business.
 */
final class DriverLane implements AutoCloseable {
    private static final int QUEUE = 10_000;
    private static final Subscription NONE = () -> {};

    private final ContainerDriver driver;
    private final String name;
    private final int ranking;
    private final ThreadPoolExecutor executor;
    private final Object watchLock = new Object();
    private Subscription watch = NONE;
    private volatile boolean closed;

    // The following belong to the loop's thread.
    boolean inventoried;
    /** Why it could not list what it runs when it was last asked; empty if it could. */
    String trouble = "";

    boolean listing;
    boolean listAgain;
    boolean listDue;
    int listFailures;

    DriverLane(ContainerDriver driver, int ranking, int threads) {
        this.driver = driver;
        this.name = driver.name();
        this.ranking = ranking;
        AtomicInteger number = new AtomicInteger();
        executor =
                new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE), r -> {
                    Thread thread = new Thread(r, "nearzero-driver-" + name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
    }

    ContainerDriver driver() {
        return driver;
    }

    String name() {
        return name;
    }

    int ranking() {
        return ranking;
    }

    boolean closed() {
        return closed;
    }

    /** What came of a call: an answer or a failure, never both. */
    interface Outcome<T> {
        void answered(T answer);

        void failed(DriverException failure);
    }

    /** A call that its caller may lose interest in. */
    static final class Call {
        private volatile boolean givenUp;

        /** Keeps the call from being made if it has not been yet. If it has, its outcome is still told. */
        void giveUp() {
            givenUp = true;
        }
    }

    /** Calls the driver on one of the lane's threads. The outcome is told exactly once, on any thread, even after a give-up. */
    <T> Call call(Function<ContainerDriver, CompletionStage<T>> what, Outcome<T> outcome) {
        Call call = new Call();
        run(
                () -> {
                    if (call.givenUp) {
                        outcome.failed(new DriverException(
                                DriverException.Code.INTERNAL, "driver " + name + " was busy; the call was given up"));
                        return;
                    }
                    ask(what, outcome);
                },
                outcome::failed);
        return call;
    }

    /**
     * Has something run on one of the lane's threads, where it may call the driver.
     *
     * @param refused told, on any thread, if that is not to be: the driver has left meanwhile, or too much waits
     */
    void run(Runnable task, Consumer<DriverException> refused) {
        try {
            executor.execute(() -> {
                if (closed) {
                    refused.accept(left());
                } else {
                    task.run();
                }
            });
        } catch (RejectedExecutionException e) {
            refused.accept(
                    closed
                            ? left()
                            : new DriverException(
                                    DriverException.Code.NO_CAPACITY,
                                    "driver " + name + " has " + QUEUE + " calls waiting",
                                    e));
        }
    }

    private DriverException left() {
        return new DriverException(DriverException.Code.ENGINE_UNAVAILABLE, "driver " + name + " has left");
    }

    private <T> void ask(Function<ContainerDriver, CompletionStage<T>> what, Outcome<T> outcome) {
        CompletionStage<T> stage;
        try {
            stage = what.apply(driver);
            if (stage == null) {
                throw new IllegalStateException("answered null in place of a stage");
            }
        } catch (Throwable e) {
            outcome.failed(asDriverException(e));
            return;
        }
        stage.whenComplete((answer, failure) -> {
            if (failure == null) {
                outcome.answered(answer);
            } else {
                outcome.failed(asDriverException(failure));
            }
        });
    }

    private DriverException asDriverException(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof DriverException known
                ? known
                : new DriverException(DriverException.Code.INTERNAL, "driver " + name + " failed with " + cause, cause);
    }

    /** Keeps a subscription to the driver's events, to be closed with the lane. */
    void watching(Subscription subscription) {
        boolean late;
        synchronized (watchLock) {
            late = closed;
            if (!late) {
                watch = subscription;
            }
        }
        if (late) {
            subscription.close();
        }
    }

    /** Ends the subscription and the threads. Calls that wait are not made; those under way may go on unheard. */
    @Override
    public void close() {
        Subscription last;
        synchronized (watchLock) {
            closed = true;
            last = watch;
            watch = NONE;
        }
        executor.shutdown();
        if (last != NONE) {
            // It is foreign code, so not on the caller's thread; nor behind calls that may hang.
            Thread thread = new Thread(last::close, "nearzero-driver-" + name + "-leaves");
            thread.setUncaughtExceptionHandler((gone, failure) -> {}); // it is going anyway
            thread.setDaemon(true);
            thread.start();
        }
    }
}
