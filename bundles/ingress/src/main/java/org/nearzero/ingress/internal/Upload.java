package org.nearzero.ingress.internal;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.nearzero.ingress.core.ChunkDecoder.Trailer;
import org.xnio.conduits.ConduitStreamSinkChannel;

/**
 * Sends the head and the body of a request to an instance, as fast as both sides go. What has been read lies in one buffer with
 * room left around it for chunk framing, so that a piece is one write. Until a piece has left for good the beginning of the body
 * is kept, and can be sent again. One I/O thread.
 */
final class Upload {
    private static final int BEFORE = 8; // "3ffc\r\n" and to spare
    private static final int AFTER = 7; // "\r\n0\r\n\r\n"
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST = {'0', '\r', '\n', '\r', '\n'};

    private final RequestBody body;
    private final Loop loop;

    private PooledByteBuffer pooled;

    /** What is to be written of the head, or of the trailers. */
    private ByteBuffer head;

    private ByteBuffer piece;
    private boolean streaming;
    private boolean lastFramed;
    private boolean sent;

    /** @param body null if there is none */
    Upload(RequestBody body, Loop loop) {
        this.body = body;
        this.loop = loop;
    }

    /**
     * Reads the beginning of the body: all of it if it fits a buffer, or of a chunked one what is there. Before that no instance
     * hears of the request.
     *
     * @return whether there is enough to go on with
     */
    boolean prefetch() throws IOException {
        if (body == null) {
            return true;
        }
        ByteBuffer buffer = open();
        body.read(buffer);
        return body.isDone() || !buffer.hasRemaining() || body.isChunked() && buffer.position() > BEFORE;
    }

    /** How many bytes of the body are held, or may come to be as long as nothing is sent. */
    int held() {
        if (pooled == null) {
            return 0;
        }
        return body.isDone()
                ? pooled.getBuffer().position() - BEFORE
                : pooled.getBuffer().capacity();
    }

    /** Whether more of the body can be read before any is sent. */
    boolean hasRoom() {
        return pooled != null && pooled.getBuffer().hasRemaining();
    }

    /** Whether all that was read of the body is still here. */
    boolean isRepeatable() {
        return !streaming;
    }

    /** Whether the request was sent to its end. */
    boolean isSent() {
        return sent;
    }

    /** Begins, or begins again, with a head that is in the loop's scratch space. @return whether all is sent that there is */
    boolean start(ConduitStreamSinkChannel sink, int headLength) throws IOException {
        sent = false;
        lastFramed = false;
        piece = body == null ? null : framed();
        head = loop.scratch(headLength);
        boolean written = write(sink);
        if (head != null) {
            head = ByteBuffer.allocate(head.remaining()).put(head).flip(); // the scratch space is everybody's
        }
        return written;
    }

    /**
     * Sends on.
     *
     * @return whether it waits for the client, and not for the instance; true as well when all is sent
     */
    boolean pump(ConduitStreamSinkChannel sink) throws IOException {
        while (write(sink)) {
            if (sent) {
                return true;
            }
            streaming = true;
            ByteBuffer buffer = open();
            buffer.clear().position(BEFORE).limit(buffer.capacity() - AFTER);
            int n = body.read(buffer);
            if (n == 0 && !body.isDone()) {
                free();
                return true;
            }
            piece = framed();
        }
        return false;
    }

    /** Gives its buffer back; what was not sent is gone. */
    void free() {
        if (pooled != null) {
            pooled.close();
            pooled = null;
        }
        piece = null;
    }

    private ByteBuffer open() {
        if (pooled == null) {
            pooled = loop.buffers.allocate();
            ByteBuffer buffer = pooled.getBuffer();
            buffer.clear().position(BEFORE).limit(buffer.capacity() - AFTER);
        }
        return pooled.getBuffer();
    }

    /** Writes what is ready. @return whether nothing of it is left */
    private boolean write(ConduitStreamSinkChannel sink) throws IOException {
        while (head != null || piece != null) {
            if (head != null && piece != null) {
                sink.write(new ByteBuffer[] {head, piece}, 0, 2);
            } else {
                sink.write(head != null ? head : piece);
            }
            if (head != null && head.hasRemaining() || piece != null && piece.hasRemaining()) {
                dropWritten();
                return false;
            }
            dropWritten();
        }
        if (body == null || body.isDone() && lastFramed) {
            sent = true;
        }
        return true;
    }

    private void dropWritten() {
        head = head != null && head.hasRemaining() ? head : null;
        piece = piece != null && piece.hasRemaining() ? piece : null;
    }

    /** What the buffer holds, framed as the body is, and its end if this is it. */
    private ByteBuffer framed() {
        ByteBuffer view = pooled.getBuffer().duplicate();
        int end = view.position();
        lastFramed = body.isDone();
        view.limit(view.capacity());
        if (!body.isChunked()) {
            return view.limit(end).position(BEFORE);
        }
        int length = end - BEFORE;
        int start = BEFORE;
        if (length > 0) {
            view.put(end, CRLF);
            end += CRLF.length;
            start = chunkSize(view, length);
        }
        if (!lastFramed) {
            return view.limit(end).position(start);
        }
        if (body.trailers().isEmpty()) {
            view.put(end, LAST);
            return view.limit(end + LAST.length).position(start);
        }
        return withTrailers(view.limit(end).position(start));
    }

    private static int chunkSize(ByteBuffer buffer, int length) {
        int at = BEFORE;
        buffer.put(--at, (byte) '\n');
        buffer.put(--at, (byte) '\r');
        for (int rest = length; rest > 0; rest >>>= 4) {
            buffer.put(--at, (byte) Character.forDigit(rest & 15, 16));
        }
        return at;
    }

    /** Rare enough to be copied. */
    private ByteBuffer withTrailers(ByteBuffer data) {
        StringBuilder end = new StringBuilder("0\r\n");
        for (Trailer trailer : body.trailers()) {
            if (Fields.passesAsTrailer(new HttpString(trailer.name()))) {
                end.append(trailer.name()).append(": ").append(trailer.value()).append("\r\n");
            }
        }
        byte[] bytes = end.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(data.remaining() + bytes.length)
                .put(data)
                .put(bytes)
                .flip();
    }
}
