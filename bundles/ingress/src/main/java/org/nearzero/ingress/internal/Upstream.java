package org.nearzero.ingress.internal;

import io.undertow.connector.PooledByteBuffer;
import java.io.IOException;
import org.nearzero.ingress.core.Deadlines;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * One connection to an instance, or to another site. It belongs to the exchange that uses it, or is idle with its {@link Backend}; while idle it is
 * listened to, so that one that the instance closes leaves at once. One I/O thread.
 */
final class Upstream extends Deadlines.Entry implements ChannelListener<ConduitStreamSourceChannel> {
    final Loop loop;
    final Backend backend;
    final StreamConnection connection;
    final ConduitStreamSourceChannel source;
    final ConduitStreamSinkChannel sink;

    // Its place among the idle ones.
    Upstream above;
    Upstream below;
    boolean isIdle;

    private Exchange user;
    private boolean used;
    private boolean closed;

    Upstream(Loop loop, Backend backend, StreamConnection connection) {
        this.loop = loop;
        this.backend = backend;
        this.connection = connection;
        this.source = connection.getSourceChannel();
        this.sink = connection.getSinkChannel();
        source.setReadListener(this);
    }

    /** Whether an exchange went over it before the one that uses it. */
    boolean isUsed() {
        return used;
    }

    void attach(Exchange exchange) {
        user = exchange;
        source.resumeReads();
    }

    /** The exchange that used it is over and left nothing behind: it may serve another. */
    void release(long now) {
        user = null;
        used = true;
        source.resumeReads();
        backend.keep(this, now);
    }

    /** Whether the instance has neither closed it nor said anything: asked before a request that cannot be sent twice. */
    boolean isQuiet() {
        try (PooledByteBuffer buffer = loop.buffers.allocate()) {
            return source.read(buffer.getBuffer()) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    void close() {
        if (!closed) {
            closed = true;
            user = null;
            if (isIdle) {
                backend.remove(this);
            }
            IoUtils.safeClose(connection);
            backend.gone();
        }
    }

    /** The raw connection, for a tunnel, that {@link #close} still ends. */
    StreamConnection detach() {
        user = null;
        return connection;
    }

    @Override
    public void handleEvent(ConduitStreamSourceChannel channel) {
        if (user != null) {
            user.upstreamReadable();
        } else {
            closeUnlessQuiet(); // idle: an end of stream, or bytes that nobody asked for; or TLS has something to say
        }
    }

    private void closeUnlessQuiet() {
        if (!isQuiet()) {
            close();
        }
    }

    @Override
    protected void due(long now) {
        close();
    }
}
