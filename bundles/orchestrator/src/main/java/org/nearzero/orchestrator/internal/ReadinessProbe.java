package org.nearzero.orchestrator.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.ReadinessPolicy;
import org.nearzero.api.model.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out when instances can serve: tries at once, then again and again until one attempt succeeds or the probe is closed.
 * One thread and one selector carry all probes; nothing in it blocks.
 *
 * <p>An attempt succeeds when a TCP connection is accepted or, with a path, when an HTTP GET of it answers 200 to 399. Where
 * somebody else accepts on the instance's behalf ({@link Endpoint#fronted()}) an accepted connection proves nothing: the front
 * closes it once it finds that nobody listens behind it, on a busy machine many milliseconds later. There the probe sends a
 * ping ({@code OPTIONS *}, RFC 9110 section 9.3.7) and takes any answer, were it an error, for proof; or, from an instance that
 * does not answer pings, that the connection is still open after a while.
 */
public final class ReadinessProbe implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadinessProbe.class);

    /** How long a fronted connection must stay open without a word. Closes took up to 45 ms on a machine with ten times its load. */
    private static final Duration SILENCE = Duration.ofMillis(500);

    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");
    private static final long BASE = System.nanoTime();

    private final Selector selector;
    private final Queue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<ProbeTarget> due =
            new PriorityQueue<>(Comparator.comparingLong((ProbeTarget t) -> t.dueNanos - BASE));
    private final ScheduledThreadPoolExecutor names;
    private final Thread thread;
    private final Duration silence;
    private volatile boolean closed;

    /** Starts the thread. */
    public ReadinessProbe() {
        this(SILENCE);
    }

    /** @param silence how long a fronted connection must stay open without a word */
    ReadinessProbe(Duration silence) {
        this.silence = silence;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new IllegalStateException("no selector to be had: too many open files?", e);
        }
        names = new ScheduledThreadPoolExecutor(2, task -> daemon(task, "nearzero-probe-names"));
        thread = daemon(this::run, "nearzero-probe");
        thread.start();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Begins to probe an endpoint.
     *
     * @param ready run once, on the probe's thread: must not block
     * @return ends the probe when closed
     */
    public Subscription probe(Endpoint endpoint, ReadinessPolicy readiness, Runnable ready) {
        AtomicBoolean ended = new AtomicBoolean();
        ProbeTarget target = new ProbeTarget(endpoint, readiness, silence, selector, () -> {
            if (ended.compareAndSet(false, true)) {
                ready.run();
            }
        });
        if (LITERAL.matcher(endpoint.host()).matches()) {
            begin(target, ended, new InetSocketAddress(endpoint.host(), endpoint.port()));
        } else {
            lookUp(target, ended, endpoint);
        }
        return () -> {
            ended.set(true);
            put(() -> {
                due.remove(target);
                target.end();
            });
        };
    }

    private void begin(ProbeTarget target, AtomicBoolean ended, InetSocketAddress address) {
        put(() -> {
            if (!ended.get()) {
                step(target, () -> target.begin(address));
            }
        });
    }

    /** Asks for a name's address, over and over until there is one: on a thread of its own, since a name service may hang. */
    private void lookUp(ProbeTarget target, AtomicBoolean ended, Endpoint endpoint) {
        names.execute(() -> {
            InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
            if (!address.isUnresolved()) {
                begin(target, ended, address);
            } else if (!ended.get() && !closed) {
                names.schedule(() -> lookUp(target, ended, endpoint), 100, TimeUnit.MILLISECONDS);
            }
        });
    }

    private void put(Runnable message) {
        mailbox.add(message);
        selector.wakeup();
    }

    private void run() {
        while (!closed) {
            try {
                selector.select(sleepMillis());
                for (Runnable message = mailbox.poll(); message != null; message = mailbox.poll()) {
                    message.run();
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    ProbeTarget target = (ProbeTarget) key.attachment();
                    step(target, target::progress);
                }
                selector.selectedKeys().clear();
                long now = System.nanoTime();
                while (!due.isEmpty() && due.peek().dueNanos - now <= 0) {
                    ProbeTarget target = due.poll();
                    step(target, target::timeout);
                }
            } catch (IOException | RuntimeException | Error e) {
                LOG.error("event=probes-failed next=\"goes on with what is left\"", e);
            }
        }
    }

    /** Lets a target go one step on, and puts it back in line for its next one. */
    private void step(ProbeTarget target, Runnable step) {
        due.remove(target);
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.error("event=probe-failed next=\"tries again, and goes on with the others\"", e);
            target.retry();
        }
        if (target.alive()) {
            due.add(target);
        }
    }

    private long sleepMillis() {
        if (!mailbox.isEmpty()) {
            return 1;
        }
        if (due.isEmpty()) {
            return 0;
        }
        long nanos = due.peek().dueNanos - System.nanoTime();
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
    }

    /** Ends all probes and the thread. */
    @Override
    public void close() {
        closed = true;
        names.shutdownNow();
        selector.wakeup();
        try {
            thread.join(5_000);
            selector.keys().forEach(key -> ((ProbeTarget) key.attachment()).end());
            selector.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.debug("event=selector-close-failed", e);
        }
    }
}
