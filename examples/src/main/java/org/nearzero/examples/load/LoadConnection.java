package org.nearzero.examples.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** One connection of a load and its requests, one after the other. Used by the load's thread alone. */
final class LoadConnection {
    private final LoadGenerator load;
    private final ByteBuffer request;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final int place;
    private AnswerParser answer = new AnswerParser();
    private boolean waiting;
    private long begunAt;
    private int made;

    /**
     * @param place which one of those that are open it is
     * @param source the address that it comes from; empty: whatever the machine gives
     */
    LoadConnection(LoadGenerator load, byte[] request, Selector selector, int place, Optional<InetAddress> source)
            throws IOException {
        this.load = load;
        this.request = ByteBuffer.wrap(request);
        this.place = place;
        this.channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.socket().setTcpNoDelay(true);
        if (source.isPresent()) {
            channel.bind(new InetSocketAddress(source.get(), 0));
        }
        this.key = channel.register(selector, SelectionKey.OP_CONNECT, this);
    }

    int place() {
        return place;
    }

    /** Begins to connect; the first request counts from here. */
    void connect() {
        begin();
        try {
            if (channel.connect(load.target())) {
                key.interestOps(SelectionKey.OP_READ);
                write();
            }
        } catch (IOException e) {
            lose("connect: " + e.getMessage());
        }
    }

    /** Makes the next request on this connection. */
    void next() {
        if (key.isValid()) {
            begin();
            try {
                write();
            } catch (IOException e) {
                lose("write: " + e.getMessage());
            }
        }
    }

    void ready(ByteBuffer scratch) {
        String doing = "connect";
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_READ);
                write();
            }
            doing = "write";
            if (key.isValid() && key.isWritable()) {
                write();
            }
            doing = "read";
            if (key.isValid() && key.isReadable()) {
                read(scratch);
            }
        } catch (IOException e) {
            lose(doing + ": " + e.getMessage());
        }
    }

    /** Gives up a request that has waited for too long. */
    void loseIfOlder(long nanos, long now) {
        if (waiting && now - begunAt > nanos) {
            lose("timeout");
        }
    }

    void close() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // gone already, which is what was wanted
        }
    }

    private void begin() {
        load.ledger().begun();
        waiting = true;
        made++;
        begunAt = System.nanoTime();
        request.rewind();
        answer = new AnswerParser();
    }

    private void write() throws IOException {
        channel.write(request);
        if (request.hasRemaining()) {
            key.interestOpsOr(SelectionKey.OP_WRITE);
        } else {
            key.interestOpsAnd(~SelectionKey.OP_WRITE);
        }
    }

    private void read(ByteBuffer scratch) throws IOException {
        scratch.clear();
        int count = channel.read(scratch);
        if (count < 0) {
            if (waiting && answer.ended()) {
                complete();
                close();
                load.gone(this);
            } else if (waiting) {
                lose("cut by the server");
            } else {
                close();
                load.gone(this);
            }
            return;
        }
        if (answer.read(scratch.flip()) && waiting) {
            complete();
        }
    }

    private void complete() {
        waiting = false;
        load.ledger().answered(answer, System.nanoTime() - begunAt);
        if (answer.status() != 200) {
            load.backOff();
        }
        load.done(this, made, answer.closes() || answer.status() != 200);
    }

    private void lose(String reason) {
        if (waiting) {
            waiting = false;
            load.ledger().lost(reason);
            load.backOff();
        }
        close();
        load.gone(this);
    }
}
