package org.nearzero.drivers.docker.internal;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverException.Code;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine at the other end of the socket: a bounded pool of threads for the client's blocking calls, each call with a limit
 * in time, over connections that are kept open. Thread-safe.
 *
 * <p>A connection that lies idle in the pool when the engine ends would fail the first call to the next engine, so
 * {@link #renew} starts with a fresh client whenever the engine was lost.
 */
final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    /** Orders that wait for a thread. An engine starts some ten containers a second: more than this is minutes of work. */
    private static final int MAX_WAITING = 4_096;
    /** Images that move at once. They are gigabytes that disks and engine work on: more would only take longer each. */
    private static final int TRANSFERS = 3;
    /** Connections beside those of the calls: the event stream, the logs of ended containers, images that move. */
    private static final int SPARE_CONNECTIONS = 16;

    private final DockerSettings settings;
    private final EngineErrors errors;
    private final ThreadPoolExecutor workers;
    /** Threads of their own for what takes minutes, so that no start waits for them. */
    private final ThreadPoolExecutor movers;

    private final ScheduledThreadPoolExecutor timer;
    /** What is promised and not yet done, so that nobody waits for ever when this is closed. */
    private final Set<CompletableFuture<?>> pending = ConcurrentHashMap.newKeySet();

    private volatile DockerClient client;
    private volatile Consumer<String> onSilence = why -> {};
    private volatile boolean closed;

    Engine(DockerSettings settings) {
        this.settings = settings;
        this.errors = new EngineErrors(settings.socket());
        workers = pool(settings.maxConcurrentCalls(), "nearzero-docker-call-");
        movers = pool(TRANSFERS, "nearzero-docker-transfer-");
        timer = new ScheduledThreadPoolExecutor(1, threads("nearzero-docker-timer-"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        client = newClient();
    }

    EngineErrors errors() {
        return errors;
    }

    /** Whom to tell that a call got no answer in time. */
    void onSilence(Consumer<String> listener) {
        onSilence = listener;
    }

    /** The client of the moment. Only for callers that block for themselves; all others use {@link #call}. */
    DockerClient client() {
        return client;
    }

    /**
     * Makes blocking calls on a thread of the pool. The limit in time counts from their beginning, not from the order.
     *
     * @param what for messages: what is done, and to whom
     * @return fails with a {@link DriverException} only
     */
    <T> CompletableFuture<T> call(String what, Function<DockerClient, T> calls) {
        return order(workers, what, result -> call(what, calls, result));
    }

    /** As {@link #call}, for what moves a whole image: with {@code pullTimeout} for its limit, and only a few at once. */
    <T> CompletableFuture<T> transfer(String what, Function<DockerClient, T> calls) {
        return order(movers, what, result -> transfer(what, calls, result));
    }

    private <T> CompletableFuture<T> order(Executor pool, String what, Consumer<CompletableFuture<T>> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        pending.add(result);
        result.whenComplete((value, problem) -> pending.remove(result));
        try {
            pool.execute(() -> work.accept(result));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(
                    closed
                            ? failure(what, e)
                            : new DriverException(
                                    Code.NO_CAPACITY,
                                    what + ": " + MAX_WAITING + " orders wait for the engine already",
                                    e));
        }
        return result;
    }

    private <T> void call(String what, Function<DockerClient, T> calls, CompletableFuture<T> result) {
        limited(settings.callTimeout(), what, calls, result, cause -> {
            String silence =
                    what + ": no answer within " + settings.callTimeout().toSeconds() + " s";
            onSilence.accept(silence);
            return errors.unavailable(silence, cause);
        });
    }

    private <T> void transfer(String what, Function<DockerClient, T> calls, CompletableFuture<T> result) {
        long limit = settings.pullTimeout().toSeconds();
        limited(
                settings.pullTimeout(),
                what,
                calls,
                result,
                cause -> new DriverException(
                        Code.INTERNAL, what + ": took longer than " + limit + " s (raise pullTimeoutMs)", cause));
    }

    private <T> void limited(
            Duration most,
            String what,
            Function<DockerClient, T> calls,
            CompletableFuture<T> result,
            Function<Throwable, DriverException> tooLong) {
        Deadline deadline = new Deadline(Thread.currentThread());
        ScheduledFuture<?> limit = after(most, deadline::expire);
        T value = null;
        Throwable problem = null;
        DockerClient used = client;
        try {
            value = calls.apply(used);
        } catch (RuntimeException | Error e) {
            problem = e;
        }
        limit.cancel(false);
        boolean expired = deadline.end();
        DriverException late = expired ? tooLong.apply(problem) : null;
        if (problem == null) {
            result.complete(value);
        } else if (used != client && !(problem instanceof DockerException)) {
            // Whatever a client throws whose connections are closed under it.
            result.completeExceptionally(errors.unavailable(what + ": the engine was lost meanwhile", problem));
        } else {
            result.completeExceptionally(expired ? late : failure(what, problem));
        }
    }

    private DriverException failure(String what, Throwable cause) {
        return closed ? errors.unavailable(what + ": the driver is closed", cause) : errors.of(what, cause);
    }

    /** Runs something short after a delay, on the timer's thread. Does nothing once closed. */
    ScheduledFuture<?> after(Duration delay, Runnable task) {
        return timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Drops every connection, with the calls that wait on them, and begins with new ones. */
    void renew() {
        DockerClient old = client;
        client = newClient();
        close(old);
    }

    private DockerClient newClient() {
        DefaultDockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(settings.host().toString())
                .withDockerTlsVerify(false)
                .build();
        return DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(settings.host())
                        .maxConnections(settings.maxConcurrentCalls() + SPARE_CONNECTIONS)
                        .build());
    }

    private static void close(DockerClient client) {
        try {
            client.close();
        } catch (IOException e) {
            LOG.debug("closing the client", e);
        }
    }

    private static ThreadPoolExecutor pool(int size, String prefix) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size, size, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), threads(prefix));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory threads(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Ends threads and connections. Calls that are under way fail. */
    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        workers.shutdownNow();
        movers.shutdownNow();
        close(client);
        pending.forEach(each -> each.completeExceptionally(failure("call", new CancellationException())));
    }

    /**
     * Interrupts a thread unless it ends first. The interrupt closes the connection under a blocked call, which then fails;
     * it must never reach what the thread does next.
     */
    private static final class Deadline {
        private final Thread thread;
        private boolean ended;
        private boolean expired;

        Deadline(Thread thread) {
            this.thread = thread;
        }

        synchronized void expire() {
            if (!ended) {
                expired = true;
                thread.interrupt();
            }
        }

        /** On the thread itself. @return whether the time was over before */
        synchronized boolean end() {
            ended = true;
            if (expired) {
                Thread.interrupted();
            }
            return expired;
        }
    }
}
