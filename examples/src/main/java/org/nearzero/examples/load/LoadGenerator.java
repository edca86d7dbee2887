package org.nearzero.examples.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A closed-loop load: so many connections at once, each of which does as the {@link LoadPlan} says. The number can be changed
 * at any time; a connection that is no longer wanted ends after its answer, never before. One thread of its own, which starts
 * with the first connections wanted; all methods may be called from any thread.
 */
public final class LoadGenerator implements AutoCloseable {
    private static final long TIMEOUT_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PAUSE_AFTER_LOSS_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private record Due(long atNanos, LoadConnection connection) {}

    private final InetSocketAddress target;
    private final LoadPlan plan;
    private final byte[] request;
    private final Ledger ledger = new Ledger();
    private final Selector selector;
    private final Thread thread;
    private final Set<LoadConnection> open = new LinkedHashSet<>();
    private final BitSet places = new BitSet();
    private final PriorityQueue<Due> pausing = new PriorityQueue<>((a, b) -> Long.signum(a.atNanos() - b.atNanos()));
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(64 * 1024);
    private long made;
    private long nextTimeoutCheck = System.nanoTime();
    private long notBefore = System.nanoTime();
    private volatile int wanted;
    private volatile boolean closed;
    private boolean started;

    /** @param target where to connect to, resolved */
    public LoadGenerator(InetSocketAddress target, LoadPlan plan) {
        this.target = requireNonNull(target, "target");
        this.plan = requireNonNull(plan, "plan");
        this.request = ("GET " + plan.path() + " HTTP/1.1\r\nHost: " + plan.host() + "\r\n\r\n").getBytes(ISO_8859_1);
        this.thread = new Thread(this::run, "load " + plan.host());
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open a selector: too many open files?", e);
        }
    }

    /** So many connections at once from now on; the missing ones are opened at once. */
    public synchronized void connections(int count) {
        if (closed) {
            return;
        }
        if (count < 0) {
            throw new IllegalArgumentException("count: " + count + " (expected: >= 0)");
        }
        wanted = count;
        if (!started) {
            started = true;
            thread.start();
        }
        selector.wakeup();
    }

    /** What became of the requests so far. */
    public LoadReport report() {
        return ledger.report();
    }

    /** How many requests are without their answer now; cheap, unlike a whole report. */
    public long inFlight() {
        return ledger.inFlight();
    }

    /** Waits until all requests of the plan are done. @return false if that took longer than {@code timeout} */
    public boolean awaitDone(long timeout, TimeUnit unit) throws InterruptedException {
        return ledger.awaitDone(plan.maxRequests(), unit.toNanos(timeout));
    }

    /** Ends at once; requests without their answer count as lost. Does not throw; more than one call does no harm. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (!started) {
                started = true;
                end();
            }
        }
        selector.wakeup();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    InetSocketAddress target() {
        return target;
    }

    Ledger ledger() {
        return ledger;
    }

    /** An answer was complete. */
    void done(LoadConnection connection, int madeOnIt, boolean mustClose) {
        boolean enough = madeOnIt >= plan.requestsPerConnection() || open.size() > wanted || made >= plan.maxRequests();
        if (enough || mustClose) {
            connection.close();
            gone(connection);
            return;
        }
        made++;
        if (plan.pause().isZero()) {
            connection.next();
        } else {
            pausing.add(new Due(System.nanoTime() + plan.pause().toNanos(), connection));
        }
    }

    /** Something went wrong: a server that refuses is not asked again at once, over and over. */
    void backOff() {
        notBefore = System.nanoTime() + PAUSE_AFTER_LOSS_NANOS;
    }

    /** A connection is closed, by whomever. */
    void gone(LoadConnection connection) {
        if (open.remove(connection)) {
            places.clear(connection.place());
        }
        if (pausing.removeIf(due -> due.connection() == connection)) {
            made--;
        }
    }

    private void run() {
        try {
            while (!closed) {
                closeUnwanted();
                requestDue();
                openMissing();
                await();
                checkTimeouts();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            end();
        }
    }

    private void closeUnwanted() {
        while (open.size() > wanted && !pausing.isEmpty()) {
            LoadConnection idle = pausing.peek().connection();
            idle.close();
            gone(idle);
        }
    }

    private void requestDue() {
        while (!pausing.isEmpty() && pausing.peek().atNanos() - System.nanoTime() <= 0) {
            pausing.poll().connection().next();
        }
    }

    private void openMissing() throws IOException {
        while (open.size() < wanted && made < plan.maxRequests() && System.nanoTime() - notBefore >= 0) {
            int place = places.nextClearBit(0);
            LoadConnection connection = new LoadConnection(this, request, selector, place, source(place));
            places.set(place);
            open.add(connection);
            made++;
            connection.connect();
        }
    }

    /** Where a connection comes from: the device of its place, which keeps the place when it connects anew. */
    private Optional<InetAddress> source(int place) throws IOException {
        if (plan.devices() == 0) {
            return Optional.empty();
        }
        int device = place % plan.devices();
        return Optional.of(
                InetAddress.getByAddress(new byte[] {127, 1, (byte) (device / 250), (byte) (device % 250 + 1)}));
    }

    private void checkTimeouts() {
        long now = System.nanoTime();
        if (now - nextTimeoutCheck >= 0) {
            nextTimeoutCheck = now + TIMEOUT_CHECK_NANOS;
            for (LoadConnection connection : new ArrayList<>(open)) {
                connection.loseIfOlder(plan.timeout().toNanos(), now);
            }
        }
    }

    private void await() throws IOException {
        long until = TIMEOUT_CHECK_NANOS;
        if (!pausing.isEmpty()) {
            until = Math.min(until, pausing.peek().atNanos() - System.nanoTime());
        }
        if (open.size() < wanted && made < plan.maxRequests()) {
            until = Math.min(until, notBefore - System.nanoTime());
        }
        if (until <= 0) {
            selector.selectNow(this::ready);
        } else {
            selector.select(this::ready, Math.max(1, TimeUnit.NANOSECONDS.toMillis(until)));
        }
    }

    private void ready(SelectionKey key) {
        ((LoadConnection) key.attachment()).ready(scratch);
    }

    private void end() {
        for (LoadConnection connection : new ArrayList<>(open)) {
            connection.loseIfOlder(-1, System.nanoTime());
            connection.close();
        }
        try {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            // nothing is left to be done with it
        }
    }
}
