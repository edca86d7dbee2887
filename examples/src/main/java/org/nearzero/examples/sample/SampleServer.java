package org.nearzero.examples.sample;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The server: one thread, one selector. Each turn first reads from every socket that has something, and only then handles
 * requests: an exchange whose end arrived together with the next one's beginning is over before that one is counted.
 */
final class SampleServer implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final long STOP_WAIT_MILLIS = 10_000;

    private record Due(long atNanos, HttpConnection connection, Answer.Full answer) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return Long.signum(atNanos - other.atNanos);
        }
    }

    private final Selector selector;
    private final ServerSocketChannel acceptor;
    private final Count count;
    private final Pages pages;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(64 * 1024);
    private final ArrayDeque<HttpConnection> again = new ArrayDeque<>();
    private final PriorityQueue<Due> later = new PriorityQueue<>();
    private final CountDownLatch stopCounted = new CountDownLatch(1);
    private boolean accepted;
    private volatile boolean stopping;
    private volatile int busyAtStop;
    private volatile boolean closed;

    private SampleServer(Selector selector, ServerSocketChannel acceptor, SampleSettings settings) {
        this.selector = selector;
        this.acceptor = acceptor;
        this.count = new Count(settings.instance(), settings.limit());
        this.pages = new Pages(count);
    }

    /** Binds, so that clients can connect from now on; they are served by {@link #run}. */
    static SampleServer open(SampleSettings settings) throws IOException {
        ServerSocketChannel acceptor = ServerSocketChannel.open();
        try {
            acceptor.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            acceptor.bind(new InetSocketAddress(settings.host(), settings.port()), BACKLOG);
            acceptor.configureBlocking(false);
            Selector selector = Selector.open();
            acceptor.register(selector, SelectionKey.OP_ACCEPT);
            return new SampleServer(selector, acceptor, settings);
        } catch (IOException e) {
            acceptor.close();
            throw new IOException(
                    "cannot listen at " + settings.host() + ":" + settings.port() + " (PORT, HOST): " + e.getMessage(),
                    e);
        }
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) acceptor.getLocalAddress();
    }

    /** Serves until closed. */
    void run() throws IOException {
        List<HttpConnection> received = new ArrayList<>();
        while (!closed) {
            if (isStopDue()) {
                selector.selectNow(); // what came before it was told to stop is there
            } else {
                selector.select(waitMillis());
            }
            boolean countForStop = isStopDue();
            accepted = false;
            received.clear();
            for (SelectionKey key : selector.selectedKeys()) {
                receive(key, received);
            }
            selector.selectedKeys().clear();
            for (HttpConnection connection : received) {
                connection.advance();
            }
            answerDue();
            for (HttpConnection next = again.poll(); next != null; next = again.poll()) {
                next.advance();
            }
            if (countForStop && !accepted) { // else the requests of the new connections come with the next turn
                busyAtStop = count.stop();
                stopCounted.countDown();
            }
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    private boolean isStopDue() {
        return stopping && stopCounted.getCount() > 0;
    }

    /** Told to stop, from any thread: how many connections are in flight, those that have just arrived included. */
    int stop() throws InterruptedException {
        stopping = true;
        selector.wakeup();
        if (!stopCounted.await(STOP_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("the server's thread does not answer");
        }
        return busyAtStop;
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }

    Count count() {
        return count;
    }

    Pages pages() {
        return pages;
    }

    void later(HttpConnection connection, Answer.Full answer) {
        later.add(new Due(System.nanoTime() + answer.afterMillis() * 1_000_000L, connection, answer));
    }

    /** Comes back to a connection in this turn: it may hold the next request already. */
    void again(HttpConnection connection) {
        again.add(connection);
    }

    private void receive(SelectionKey key, List<HttpConnection> received) {
        if (!key.isValid()) {
            return;
        }
        if (key.isAcceptable()) {
            accept();
            return;
        }
        HttpConnection connection = (HttpConnection) key.attachment();
        if (key.isWritable()) {
            connection.flush();
        }
        if (key.isValid() && key.isReadable()) {
            connection.receive(scratch);
            received.add(connection);
        }
    }

    private void accept() {
        try {
            for (SocketChannel channel = acceptor.accept(); channel != null; channel = acceptor.accept()) {
                accepted = true;
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
                key.attach(new HttpConnection(this, channel, key));
            }
        } catch (IOException e) {
            // Out of file descriptors, say. The client sees it, and so does who reads this; those connected go on.
            System.err.println("sample: cannot accept: " + e.getMessage());
        }
    }

    private void answerDue() {
        long now = System.nanoTime();
        while (!later.isEmpty() && later.peek().atNanos() - now <= 0) {
            Due due = later.poll();
            due.connection().due(due.answer());
        }
    }

    private long waitMillis() {
        if (later.isEmpty()) {
            return 0;
        }
        long nanos = later.peek().atNanos() - System.nanoTime();
        return Math.max(1, (nanos + 999_999) / 1_000_000);
    }
}
