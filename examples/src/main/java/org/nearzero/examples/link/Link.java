package org.nearzero.examples.link;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A TCP proxy on 127.0.0.1 that carries connections to one address as a long and lossy line would. The weather may change at any
 * time. One thread; all methods may be called from any.
 */
public final class Link implements AutoCloseable {
    private final InetSocketAddress target;
    private final SplittableRandom random;
    private final Selector selector;
    private final ServerSocketChannel listening;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Set<Line> lines = new HashSet<>(); // the thread's
    private Weather weather;
    private volatile boolean closed;

    /**
     * Listens from now on, at a free port.
     *
     * @param target where the other end is
     * @param seed decides which packets are lost
     */
    public Link(InetSocketAddress target, Weather weather, long seed) {
        this.target = requireNonNull(target, "target");
        this.weather = requireNonNull(weather, "weather");
        this.random = new SplittableRandom(seed);
        try {
            selector = Selector.open();
            listening =
                    ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
            listening.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(this::run, "link-" + port());
        thread.setDaemon(true);
        thread.start();
    }

    /** The port on 127.0.0.1 where this end is. */
    public int port() {
        return listening.socket().getLocalPort();
    }

    /** Changes the weather. What is under way already arrives as it would have, but for a cut, which holds it. */
    public void weather(Weather next) {
        requireNonNull(next, "next");
        tasks.add(() -> weather = next);
        selector.wakeup();
    }

    /** Breaks all connections, as a box in between that restarts does. */
    public void reset() {
        tasks.add(() -> Set.copyOf(lines).forEach(Line::close));
        selector.wakeup();
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Weather weather() {
        return weather;
    }

    SplittableRandom random() {
        return random;
    }

    void ended(Line line) {
        lines.remove(line);
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(Math.max(1, carryDue()));
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    ready(key);
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException | ClosedSelectorException e) {
            throw new IllegalStateException("link to " + target + " broke", e);
        } finally {
            Set.copyOf(lines).forEach(Line::close);
            closeQuietly();
        }
    }

    /** Passes on what is due. @return milliseconds until something else is; at most 1 000 */
    private long carryDue() {
        long now = System.nanoTime();
        long next = 1_000;
        if (!weather.cut()) {
            for (Line line : Set.copyOf(lines)) {
                next = Math.min(next, line.carryDue(now));
            }
        }
        return next;
    }

    private void ready(SelectionKey key) throws IOException {
        if (!key.isValid()) {
            return;
        }
        if (key.isAcceptable()) {
            for (SocketChannel near = listening.accept(); near != null; near = listening.accept()) {
                lines.add(new Line(this, selector, near, target));
            }
        } else {
            ((Line) key.attachment()).ready(key);
        }
    }

    private void closeQuietly() {
        try {
            listening.close();
            selector.close();
        } catch (IOException e) {
            // It is closed as far as it can be.
        }
    }
}
