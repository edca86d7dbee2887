package org.nearzero.ingress.internal;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.util.AttachmentKey;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.nearzero.ingress.core.ChunkDecoder;
import org.nearzero.ingress.core.MalformedException;
import org.nearzero.ingress.core.ResponseHead;
import org.xnio.channels.StreamSinkChannel;

/**
 * Takes an instance's response and passes it to the client, as fast as the client takes it. Reads the head itself, for Undertow's
 * client takes an interim response for a final one, waits for the body of a 304 and knows no bound on a head. One I/O thread.
 */
final class Download {
    private static final AttachmentKey<HeaderMap> TRAILERS = HttpAttachments.RESPONSE_TRAILERS;
    private static final long UNTIL_CLOSE = -1;

    /** The client takes no more; nothing of that is the instance's fault. */
    private static final class ClientGoneException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final Exchange exchange;
    private final HttpServerExchange client;
    private final Loop loop;

    /** What was read of a head that is not complete. */
    private PooledByteBuffer partial;

    /** What the client has not taken yet. */
    private PooledByteBuffer pending;

    private StreamSinkChannel out;
    private ChunkDecoder decoder;
    private long left;
    private boolean started;
    private boolean received;
    private boolean reusable;

    Download(Exchange exchange) {
        this.exchange = exchange;
        this.client = exchange.client;
        this.loop = exchange.loop;
    }

    /** Whether the client has got a part of the response. */
    boolean isStarted() {
        return started;
    }

    /** The instance has sent something, or closed. */
    void readable(Upstream upstream) {
        if (pending != null) {
            upstream.source.suspendReads();
            return;
        }
        PooledByteBuffer pooled = partial != null ? partial : loop.buffers.allocate();
        partial = null;
        try {
            while (pooled != null) {
                ByteBuffer buffer = pooled.getBuffer();
                int n = upstream.source.read(buffer);
                if (n == 0) {
                    pooled = keepPartial(pooled);
                    return;
                }
                if (n < 0) {
                    closedByInstance();
                    return;
                }
                boolean full = !buffer.hasRemaining();
                buffer.flip();
                pooled = took(pooled, upstream);
                if (!full && pooled != null) {
                    pooled = keepPartial(pooled);
                    return;
                }
            }
        } catch (MalformedException e) {
            exchange.badResponse(e.getMessage());
        } catch (ClientGoneException e) {
            exchange.abort();
        } catch (IOException e) {
            brokenByInstance();
        } finally {
            if (pooled != null) {
                pooled.close();
            }
        }
    }

    /** Gives its buffers back. */
    void free() {
        if (partial != null) {
            partial.close();
            partial = null;
        }
        if (pending != null) {
            pending.close();
            pending = null;
        }
    }

    /**
     * Handles what was read.
     *
     * @return the buffer, for reading on, after what is left in it; null if it is in use or nothing more is to be read
     */
    private PooledByteBuffer took(PooledByteBuffer pooled, Upstream upstream) throws IOException {
        ByteBuffer buffer = pooled.getBuffer();
        if (!started) {
            if (!head(buffer)) {
                if (buffer.remaining() == buffer.capacity()) {
                    throw new MalformedException("a head of more than " + buffer.capacity() + " bytes");
                }
                buffer.compact();
                return pooled;
            }
            if (loop.head.status() == 101) {
                exchange.tunnel(new Tunnel(exchange, buffer));
                pooled.close();
                return null;
            }
        }
        return body(pooled, upstream);
    }

    /** Takes heads from the buffer until the final one. @return whether that has come */
    private boolean head(ByteBuffer buffer) throws IOException {
        int length = buffer.remaining();
        loop.ensureScratch(0, length);
        buffer.get(buffer.position(), loop.scratch, 0, length);
        ResponseHead head = loop.head;
        for (int at = head.parse(loop.scratch, 0, length); at >= 0; at = head.parse(loop.scratch, at, length)) {
            buffer.position(at);
            if (head.status() >= 200) {
                start(head);
                return true;
            }
            if (head.status() == 101) {
                switchProtocols(head);
                return true;
            }
            if (head.status() != 100 && client.isHttp11()) { // a 100 is for us, who asked for the body
                if (!Interim.send(exchange.connection(), Interim.copy(head, loop.scratch))) {
                    throw new ClientGoneException();
                }
            }
        }
        return false;
    }

    private void switchProtocols(ResponseHead head) throws MalformedException {
        if (exchange.request.upgrade() == null || !head.isUpgrade()) {
            throw new MalformedException("switches protocols unasked");
        }
        copyFields(head);
        HeaderMap fields = client.getResponseHeaders();
        for (int i = 0; i < head.fields(); i++) {
            if (head.isNamed(i, "upgrade")) {
                fields.put(Headers.UPGRADE, head.value(i));
            }
        }
        started = true;
    }

    private void start(ResponseHead head) throws IOException {
        client.setStatusCode(head.status());
        copyFields(head);
        boolean bodiless = exchange.isHead() || head.status() == 204 || head.status() == 304;
        reusable = head.isPersistent();
        if (head.length() != ResponseHead.UNKNOWN_LENGTH && (head.length() > 0 || !bodiless || exchange.isHead())) {
            client.getResponseHeaders().put(Headers.CONTENT_LENGTH, head.length());
        }
        if (bodiless) {
            left = 0;
        } else if (head.isChunked()) {
            decoder = new ChunkDecoder();
        } else {
            left = head.length() == ResponseHead.UNKNOWN_LENGTH ? UNTIL_CLOSE : head.length();
            reusable &= left != UNTIL_CLOSE;
        }
        if (!exchange.isSent()) {
            client.setPersistent(false); // the rest of the request may never come
        }
        started = true;
        exchange.responseStarted();
        if (!client.isHttp11() && client.isPersistent()) {
            client.getResponseHeaders().put(Headers.CONNECTION, "keep-alive");
        }
        out = client.getResponseChannel();
        if (out == null) {
            throw new ClientGoneException();
        }
    }

    private void copyFields(ResponseHead head) {
        HeaderMap to = client.getResponseHeaders();
        Set<HttpString> named = Fields.named(head);
        for (int i = 0; i < head.fields(); i++) {
            HttpString name = loop.names.get(loop.scratch, head.nameStart(i), head.nameLength(i));
            if (!Fields.isHopByHop(name) && (named.isEmpty() || !named.contains(name))) {
                to.add(name, head.value(i));
            }
        }
    }

    /** Passes on what the buffer holds of the body. */
    private PooledByteBuffer body(PooledByteBuffer pooled, Upstream upstream) throws IOException {
        ByteBuffer buffer = pooled.getBuffer();
        if (decoder != null) {
            return chunks(pooled, upstream);
        }
        if (left != UNTIL_CLOSE) {
            if (buffer.remaining() > left) {
                reusable = false; // more than the instance announced: whose would it be?
                buffer.limit(buffer.position() + (int) left);
            }
            left -= buffer.remaining();
        }
        return pass(pooled, left == 0, upstream);
    }

    private PooledByteBuffer chunks(PooledByteBuffer pooled, Upstream upstream) throws IOException {
        PooledByteBuffer plain = loop.buffers.allocate();
        try (pooled) {
            decoder.decode(pooled.getBuffer(), plain.getBuffer());
            if (decoder.isDone()) {
                reusable &= !pooled.getBuffer().hasRemaining();
                trailers();
            }
        } catch (MalformedException e) {
            plain.close();
            throw e;
        }
        plain.getBuffer().flip();
        return pass(plain, decoder.isDone(), upstream);
    }

    private void trailers() {
        HeaderMap trailers = new HeaderMap();
        for (ChunkDecoder.Trailer trailer : decoder.trailers()) {
            HttpString name = new HttpString(trailer.name());
            if (Fields.passesAsTrailer(name)) {
                trailers.add(name, trailer.value());
            }
        }
        if (trailers.size() > 0) {
            client.putAttachment(TRAILERS, trailers);
        }
    }

    /**
     * Writes a part of the body to the client. If it is the last, the instance is done with, whatever the client does; that is
     * said first, so that a client that has its answer finds the slot free.
     */
    private PooledByteBuffer pass(PooledByteBuffer pooled, boolean last, Upstream upstream) throws IOException {
        ByteBuffer buffer = pooled.getBuffer();
        try {
            if (last) {
                received = true;
                exchange.responseReceived(reusable);
            }
            if (!write(buffer)) {
                pending = pooled;
                if (!last) {
                    upstream.source.suspendReads();
                }
                awaitClient();
                return null;
            }
            if (!last) {
                if (!out.flush()) {
                    awaitClient(); // a head, or the frame of a chunk
                }
                buffer.clear();
                return pooled;
            }
            pooled.close();
            finish();
            return null;
        } catch (IOException e) {
            if (pending == null) {
                pooled.close();
            }
            exchange.abort(); // the client has gone
            return null;
        }
    }

    private boolean write(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (out.write(buffer) == 0) {
                return false;
            }
        }
        return true;
    }

    private void awaitClient() {
        exchange.awaitClientTaking();
        out.getWriteSetter().set(channel -> writable());
        out.resumeWrites();
    }

    private void writable() {
        try {
            if (pending != null) {
                int before = pending.getBuffer().remaining();
                if (!write(pending.getBuffer())) {
                    if (pending.getBuffer().remaining() < before) {
                        exchange.awaitClientTaking();
                    }
                    return;
                }
                pending.close();
                pending = null;
            }
            if (received) {
                finish();
            } else if (out.flush()) {
                out.suspendWrites();
                exchange.clientTook();
                exchange.readOn();
            }
        } catch (IOException e) {
            exchange.abort();
        }
    }

    private void finish() throws IOException {
        out.shutdownWrites();
        if (out.flush()) {
            exchange.end();
        } else {
            awaitClient();
        }
    }

    private void closedByInstance() throws IOException {
        if (started && decoder == null && left == UNTIL_CLOSE) {
            received = true;
            exchange.responseReceived(false);
            finish();
        } else {
            exchange.upstreamFailed("closed the connection before its response was complete");
        }
    }

    private void brokenByInstance() {
        exchange.upstreamFailed("broke the connection");
    }

    /** Keeps the buffer if it holds the beginning of a head, else gives it back. */
    private PooledByteBuffer keepPartial(PooledByteBuffer pooled) {
        if (!started && pooled.getBuffer().position() > 0) {
            partial = pooled;
            return null;
        }
        return pooled;
    }
}
