package org.nearzero.examples.link;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/** One connection through a {@link Link}: two ends, and what is under way between them in each direction. The link's thread. */
final class Line {
    private static final int CHUNK = 16 * 1024;
    private static final int MOST_UNDER_WAY = 1024 * 1024; // a window; more stays with the sender

    private final Link link;
    private final End near;
    private final End far;
    private boolean closed;

    Line(Link link, Selector selector, SocketChannel accepted, InetSocketAddress target) throws IOException {
        this.link = link;
        SocketChannel opened = SocketChannel.open();
        near = new End(accepted, selector);
        far = new End(opened, selector);
        near.other = far;
        far.other = near;
        near.connected = true;
        // To connect takes a round trip, which the one who connects has spent already as far as he knows.
        near.notBefore = System.nanoTime() + 3 * link.weather().delay().toNanos();
        try {
            far.connected = opened.connect(target);
        } catch (IOException e) {
            close();
            return;
        }
        near.interest();
        far.interest();
    }

    void ready(SelectionKey key) {
        End end = key.channel() == near.channel ? near : far;
        try {
            if (key.isConnectable()) {
                end.connected = end.channel.finishConnect();
            }
            if (key.isValid() && key.isReadable()) {
                end.read();
            }
            end.blocked = false;
            near.interest();
            far.interest();
        } catch (IOException e) {
            close();
        }
    }

    /** @return milliseconds until something else is due */
    long carryDue(long now) {
        try {
            near.writeDue(now);
            far.writeDue(now);
            if (near.finished && far.finished) {
                end();
            } else if (!closed) {
                near.interest();
                far.interest();
            }
        } catch (IOException e) {
            close();
        }
        return closed ? Long.MAX_VALUE : Math.min(near.waitMillis(now), far.waitMillis(now));
    }

    /** Both have said all that they had to say; what is in the sockets still arrives. */
    private void end() throws IOException {
        closed = true;
        near.channel.close();
        far.channel.close();
        link.ended(this);
    }

    /** Breaks both ends, without a farewell. */
    void close() {
        closed = true;
        near.reset();
        far.reset();
        link.ended(this);
    }

    /** Bytes on their way to an end, or the end of them. */
    private record Parcel(long due, ByteBuffer bytes) {
        boolean isEnd() {
            return bytes == null;
        }
    }

    private final class End {
        private final SocketChannel channel;
        private final SelectionKey key;
        private final Deque<Parcel> incoming = new ArrayDeque<>();
        private End other;
        private int underWay;
        private long notBefore = Long.MIN_VALUE;
        private boolean connected;
        private boolean readAll;
        private boolean finished;
        private boolean blocked;

        private End(SocketChannel channel, Selector selector) throws IOException {
            this.channel = channel;
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            key = channel.register(selector, 0, Line.this);
        }

        private void interest() {
            if (key.isValid()) {
                int ops = connected ? 0 : SelectionKey.OP_CONNECT;
                ops |= connected && !readAll && other.underWay < MOST_UNDER_WAY ? SelectionKey.OP_READ : 0;
                ops |= connected && blocked ? SelectionKey.OP_WRITE : 0;
                key.interestOps(ops);
            }
        }

        /** Takes what this end sends, and puts it on its way to the other. */
        private void read() throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
            int n = channel.read(bytes);
            if (n < 0) {
                readAll = true;
                other.incoming.add(new Parcel(arrival(1), null));
            } else if (n > 0) {
                other.underWay += n;
                other.incoming.add(new Parcel(arrival(n), bytes.flip()));
            }
        }

        /** When something that is sent now arrives: in order, however long what was sent before takes. */
        private long arrival(int bytes) {
            Weather weather = link.weather();
            long due = System.nanoTime() + weather.delay().toNanos();
            if (weather.loss() > 0 && link.random().nextDouble() < weather.lossOf(bytes)) {
                due += weather.pause().toNanos();
            }
            notBefore = Math.max(notBefore == Long.MIN_VALUE ? due : notBefore, due);
            return notBefore;
        }

        private void writeDue(long now) throws IOException {
            while (connected
                    && !blocked
                    && !incoming.isEmpty()
                    && incoming.peek().due() - now <= 0) {
                Parcel parcel = incoming.peek();
                if (parcel.isEnd()) {
                    channel.shutdownOutput();
                    finished = true;
                    incoming.poll();
                } else {
                    underWay -= channel.write(parcel.bytes());
                    if (parcel.bytes().hasRemaining()) {
                        blocked = true;
                    } else {
                        incoming.poll();
                    }
                }
            }
        }

        private long waitMillis(long now) {
            if (incoming.isEmpty() || blocked || !connected) {
                return Long.MAX_VALUE;
            }
            return Math.max(1, (incoming.peek().due() - now + 999_999) / 1_000_000);
        }

        private void reset() {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                channel.close();
            } catch (IOException e) {
                // It is gone, then.
            }
        }
    }
}
