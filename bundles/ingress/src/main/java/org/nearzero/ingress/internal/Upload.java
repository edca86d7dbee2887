package org.nearzero.ingress.internal;

import io.undertow.connector.PooledByteBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.nearzero.ingress.core.MalformedException;
import org.nearzero.ingress.internal.Patience.Awaited;
import org.xnio.conduits.ConduitStreamSinkChannel;

/**
 * Takes the request from the client and sends it to an instance, as fast as both sides go. What has been read of its body lies in
 * one buffer; until a piece has left for good the beginning of the body is kept, and can be sent again. One I/O thread.
 */
final class Upload {
    private final Exchange exchange;
    /** Null if there is none. */
    private final RequestBody body;

    private final Loop loop;

    private PooledByteBuffer pooled;

    /** What is to be written of the head, or of the trailers. */
    private ByteBuffer head;

    private ByteBuffer piece;
    private long receivedAtWindow;
    private boolean streaming;
    private boolean lastFramed;
    private boolean sent;

    Upload(Exchange exchange) {
        this.exchange = exchange;
        this.body = exchange.request.body();
        this.loop = exchange.loop;
    }

    /** Reads the beginning of the body, before an instance hears of the request; with enough of it, the exchange arrives. */
    void prefetch() {
        try {
            if (hasEnough()) {
                exchange.patience.end();
                exchange.arrive();
            } else {
                awaitClient();
            }
        } catch (IOException e) {
            exchange.bodyBroken(e);
        }
    }

    /** All of the body if it fits a buffer, or of a chunked one what is there. */
    private boolean hasEnough() throws IOException {
        ByteBuffer buffer = open();
        body.read(buffer);
        return body.isDone() || !buffer.hasRemaining() || body.isChunked() && buffer.position() > Framing.BEFORE;
    }

    /** Begins to send, or begins again. */
    void send(Upstream to) {
        try {
            if (start(to.sink)) {
                sentSoFar(to.sink);
            } else {
                awaitInstance(to.sink);
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    /** The client has sent more. */
    void sendOn(Upstream to) {
        try {
            sentSoFar(to.sink);
        } catch (IOException e) {
            failed(e);
        }
    }

    /** A body may come in small pieces, but not so slowly that a few clients hold all slots. @return whether this one may go on */
    boolean isFastEnough() {
        if (body.received() - receivedAtWindow < loop.minBodyBytes) {
            return false;
        }
        receivedAtWindow = body.received();
        exchange.patience.begin(Awaited.BODY);
        return true;
    }

    /** The client has to send more of the body. */
    void awaitClient() {
        if (!exchange.patience.isFor(Awaited.BODY)) {
            receivedAtWindow = body.received();
            exchange.patience.begin(Awaited.BODY);
        }
        exchange.listenToClient();
    }

    /** While the exchange waits the client may send more of the body, or leave in the middle of it. */
    void readOn() {
        try {
            body.read(open());
            exchange.watchClient();
        } catch (IOException e) {
            exchange.bodyBroken(e);
        }
    }

    /** How many bytes of the body are held, or may come to be as long as nothing is sent. */
    int held() {
        if (pooled == null) {
            return 0;
        }
        ByteBuffer buffer = pooled.getBuffer();
        return body.isDone() ? buffer.position() - Framing.BEFORE : buffer.capacity();
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

    /** Gives its buffer back; what was not sent is gone. */
    void free() {
        if (pooled != null) {
            pooled.close();
            pooled = null;
        }
        piece = null;
    }

    private void sentSoFar(ConduitStreamSinkChannel sink) throws IOException {
        if (sent) {
            exchange.awaitOfInstance(Awaited.RESPONSE);
        } else if (!pump(sink)) {
            awaitInstance(sink);
        } else if (sent) {
            exchange.watchClient();
            exchange.awaitOfInstance(Awaited.RESPONSE);
        } else {
            awaitClient();
        }
    }

    /** The instance has to take more of the body; that is not held against the client. */
    private void awaitInstance(ConduitStreamSinkChannel sink) {
        exchange.clientSource().suspendReads();
        exchange.awaitOfInstance(Awaited.INSTANCE_TAKING);
        sink.setWriteListener(this::instanceWritable);
        sink.resumeWrites();
    }

    private void instanceWritable(ConduitStreamSinkChannel sink) {
        sink.suspendWrites();
        if (!exchange.isSendingTo(sink)) {
            return;
        }
        try {
            if (pump(sink)) {
                sentSoFar(sink);
            } else {
                awaitInstance(sink);
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    private void failed(IOException e) {
        // What goes wrong with the body is the client's doing, and has its own exceptions.
        if (e instanceof MalformedException
                || e instanceof RequestBody.TooLargeException
                || e instanceof EOFException) {
            exchange.bodyBroken(e);
        } else {
            exchange.instanceBroke();
        }
    }

    /** Writes the head and what is held of the body. @return whether all of that is sent */
    private boolean start(ConduitStreamSinkChannel sink) throws IOException {
        Request request = exchange.request;
        int length = RequestHead.write(loop, exchange.client, request, body, exchange.relayedAs());
        sent = false;
        lastFramed = false;
        piece = body == null ? null : framed();
        head = loop.scratch(length);
        boolean written = write(sink);
        if (head != null) {
            head = ByteBuffer.allocate(head.remaining()).put(head).flip(); // the scratch space is everybody's
        }
        return written;
    }

    /** Sends on. @return whether it waits for the client, and not for the instance; true as well when all is sent */
    private boolean pump(ConduitStreamSinkChannel sink) throws IOException {
        while (write(sink)) {
            if (sent) {
                return true;
            }
            streaming = true;
            ByteBuffer buffer = open();
            buffer.clear().position(Framing.BEFORE).limit(buffer.capacity() - Framing.AFTER);
            int n = body.read(buffer);
            if (n == 0 && !body.isDone()) {
                free();
                return true;
            }
            piece = framed();
        }
        return false;
    }

    private ByteBuffer open() {
        if (pooled == null) {
            pooled = loop.buffers.allocate();
            ByteBuffer buffer = pooled.getBuffer();
            buffer.clear().position(Framing.BEFORE).limit(buffer.capacity() - Framing.AFTER);
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
        if (!sink.flush()) {
            return false; // TLS keeps what it could not write
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

    private ByteBuffer framed() {
        lastFramed = body.isDone();
        return Framing.frame(pooled.getBuffer(), body);
    }
}
