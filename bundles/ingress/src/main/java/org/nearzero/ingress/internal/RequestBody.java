package org.nearzero.ingress.internal;

import io.undertow.conduits.ReadDataStreamSourceConduit;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.nearzero.ingress.core.ChunkDecoder;
import org.nearzero.ingress.core.ChunkDecoder.Trailer;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * The body of a client's request, read from the connection itself: Undertow's own chunked reader takes a bad chunk size for the
 * end of the body, and says nothing of a body that breaks off. One I/O thread.
 */
final class RequestBody {
    /** A body is longer than may be. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final HttpServerExchange client;
    private final HttpServerConnection connection;
    private final ConduitStreamSourceChannel source;
    private final ChunkDecoder decoder;
    private final long length;
    private final long max;
    private PooledByteBuffer raw;
    private long received;
    private boolean done;

    /** @param length of a body that is not chunked, at least 1; -1 if it is chunked */
    RequestBody(HttpServerExchange client, long length, long max) {
        this.client = client;
        this.connection = (HttpServerConnection) client.getConnection();
        this.source = connection.getChannel().getSourceChannel();
        this.length = length;
        this.max = max;
        this.decoder = length < 0 ? new ChunkDecoder() : null;
    }

    /** Takes the connection's bytes over from Undertow. */
    void open() {
        source.setConduit(new ReadDataStreamSourceConduit(connection.getOriginalSourceConduit(), connection));
    }

    boolean isChunked() {
        return decoder != null;
    }

    long length() {
        return length;
    }

    /** Bytes of the body that came so far. */
    long received() {
        return received;
    }

    /** Whether all of it came. */
    boolean isDone() {
        return done;
    }

    List<Trailer> trailers() {
        return decoder == null ? List.of() : decoder.trailers();
    }

    /**
     * Appends what has come to {@code out}.
     *
     * @return bytes appended; 0 if none is there now, or the body is done
     * @throws EOFException if the client has gone before the end
     * @throws org.nearzero.ingress.core.MalformedException if a chunk is not one
     */
    int read(ByteBuffer out) throws IOException {
        int before = out.position();
        if (!done) {
            if (decoder == null) {
                readFixed(out);
            } else {
                readChunked(out);
            }
        }
        return out.position() - before;
    }

    /** A reset is an end before the end as well. */
    private int readRaw(ByteBuffer into) throws EOFException {
        int n;
        try {
            n = source.read(into);
        } catch (IOException e) {
            n = -1;
        }
        if (n < 0) {
            throw new EOFException();
        }
        return n;
    }

    private void readFixed(ByteBuffer out) throws IOException {
        long left = length - received;
        int limit = out.limit();
        if (out.remaining() > left) {
            out.limit(out.position() + (int) left);
        }
        try {
            while (out.hasRemaining()) {
                int n = readRaw(out);
                if (n == 0) {
                    return;
                }
                received += n;
            }
        } finally {
            out.limit(limit);
        }
        if (received == length) {
            finish();
        }
    }

    private void readChunked(ByteBuffer out) throws IOException {
        while (out.hasRemaining()) {
            if (raw == null) {
                raw = connection.getByteBufferPool().allocate();
                raw.getBuffer().limit(0);
            }
            ByteBuffer in = raw.getBuffer();
            if (!in.hasRemaining()) {
                in.clear();
                int n = readRaw(in);
                in.flip();
                if (n == 0) {
                    freeRaw();
                    return;
                }
            }
            int before = out.position();
            decoder.decode(in, out);
            received += out.position() - before;
            if (max > 0 && received > max) {
                throw new TooLargeException();
            }
            if (decoder.isDone()) {
                finish();
                return;
            }
        }
    }

    private void finish() {
        done = true;
        if (raw != null && raw.getBuffer().hasRemaining()) {
            connection.ungetRequestBytes(raw); // the next request, sent before this one was answered
            raw = null;
        }
        freeRaw();
        Connectors.terminateRequest(client);
    }

    /** Nothing more is read of it: if it was not all, no request can follow it on its connection. */
    void giveUp() {
        freeRaw();
        if (!done) {
            client.setPersistent(false);
            Connectors.terminateRequest(client);
        }
    }

    private void freeRaw() {
        if (raw != null) {
            raw.close();
            raw = null;
        }
    }
}
