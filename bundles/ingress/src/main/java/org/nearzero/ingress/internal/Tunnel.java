package org.nearzero.ingress.internal;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.nearzero.ingress.core.Deadlines;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * Ties a client's connection to an instance's after a switch of protocols, a WebSocket for one: bytes go both ways, each way as
 * fast as its receiver takes them. It lasts until both sides have closed, idle or not; only when one side has closed and nothing
 * flows is the other given up after a while. An idle way holds no buffer. One I/O thread.
 */
final class Tunnel extends Deadlines.Entry {
    private final Exchange exchange;
    private final HttpServerExchange client;
    private final ByteBuffer early;
    private Way down;
    private Way up;
    private boolean over;

    /** @param early what the instance sent right behind its head; copied */
    Tunnel(Exchange exchange, ByteBuffer early) {
        this.exchange = exchange;
        this.client = exchange.client;
        this.early = ByteBuffer.allocate(early.remaining()).put(early).flip();
    }

    /** Answers 101, and passes bytes from then on. */
    void start(Upstream upstream) {
        upstream.source.suspendReads();
        // Heard of whether or not it ever comes to be open: the device may be gone before it has the answer.
        exchange.connection().addCloseListener(closed -> close());
        client.upgradeChannel((connection, ended) -> open(connection, upstream.detach()));
        client.endExchange();
    }

    private void open(StreamConnection clientSide, StreamConnection instanceSide) {
        if (over) {
            return;
        }
        up = new Way(clientSide.getSourceChannel(), instanceSide.getSinkChannel());
        down = new Way(instanceSide.getSourceChannel(), clientSide.getSinkChannel());
        instanceSide.setCloseListener(closed -> close());
        down.first(early);
        up.readable();
    }

    private void close() {
        if (!over) {
            over = true;
            clear();
            if (up != null) {
                up.free();
                down.free();
            }
            exchange.abort();
        }
    }

    private void sideClosed() {
        if (up.closed && down.closed) {
            close();
        } else {
            exchange.loop.halfClosed.set(this, System.nanoTime());
        }
    }

    @Override
    protected void due(long now) {
        close();
    }

    /** One of the two ways. */
    private final class Way {
        private final ConduitStreamSourceChannel from;
        private final ConduitStreamSinkChannel to;
        private PooledByteBuffer held;
        private boolean ending;
        private boolean closed;

        Way(ConduitStreamSourceChannel from, ConduitStreamSinkChannel to) {
            this.from = from;
            this.to = to;
            from.setReadListener(channel -> readable());
            to.setWriteListener(channel -> writable());
        }

        /** Sends what came before the tunnel was open. */
        void first(ByteBuffer bytes) {
            if (bytes.hasRemaining()) {
                held = exchange.loop.buffers.allocate();
                held.getBuffer().put(bytes).flip();
                writable();
            } else {
                readable();
            }
        }

        void readable() {
            try {
                while (!over && held == null && !ending) {
                    PooledByteBuffer pooled = exchange.loop.buffers.allocate();
                    ByteBuffer buffer = pooled.getBuffer();
                    int n;
                    try {
                        n = from.read(buffer);
                    } catch (IOException e) {
                        n = -2;
                    }
                    buffer.flip();
                    if (n <= 0) {
                        pooled.close();
                        if (n == -2) {
                            close();
                            return;
                        }
                        if (n == 0) {
                            from.resumeReads();
                            return;
                        }
                        ending = true;
                        from.suspendReads();
                        finish();
                        return;
                    }
                    flowed();
                    held = pooled;
                    if (!writeHeld()) {
                        from.suspendReads();
                        to.resumeWrites();
                    }
                }
            } catch (IOException e) {
                close();
            }
        }

        private void writable() {
            try {
                if (held != null && !writeHeld()) {
                    to.resumeWrites();
                    return;
                }
                to.suspendWrites();
                if (ending) {
                    finish();
                } else {
                    readable();
                }
            } catch (IOException e) {
                close();
            }
        }

        private boolean writeHeld() throws IOException {
            ByteBuffer buffer = held.getBuffer();
            while (buffer.hasRemaining()) {
                if (to.write(buffer) == 0) {
                    return false;
                }
            }
            if (!to.flush()) {
                return false; // TLS keeps what it could not write
            }
            free();
            return true;
        }

        /** The source has ended: so does the sink. */
        private void finish() throws IOException {
            to.shutdownWrites();
            if (!to.flush()) {
                to.resumeWrites();
            } else if (!closed) {
                closed = true;
                to.suspendWrites();
                sideClosed();
            }
        }

        private void flowed() {
            if (up.closed || down.closed) {
                exchange.loop.halfClosed.set(Tunnel.this, System.nanoTime());
            }
        }

        private void free() {
            if (held != null) {
                held.close();
                held = null;
            }
        }
    }
}
