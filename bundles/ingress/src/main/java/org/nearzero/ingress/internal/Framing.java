package org.nearzero.ingress.internal;

import io.undertow.util.HttpString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.nearzero.ingress.core.ChunkDecoder.Trailer;

/**
 * Frames a piece of a request's body where it lies: the buffer has room left before and behind it, so that a piece with its chunk
 * framing is one write.
 */
final class Framing {
    /** Where the data of a piece starts. */
    static final int BEFORE = 8; // "3ffc\r\n" and to spare

    /** What a piece leaves free at the end. */
    static final int AFTER = 7; // "\r\n0\r\n\r\n"

    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST = {'0', '\r', '\n', '\r', '\n'};

    private Framing() {}

    /** The bytes to send for the data in {@code buffer} from {@link #BEFORE} to its position, and the end of a body that is done. */
    static ByteBuffer frame(ByteBuffer buffer, RequestBody body) {
        ByteBuffer view = buffer.duplicate();
        int end = view.position();
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
        if (!body.isDone()) {
            return view.limit(end).position(start);
        }
        if (body.trailers().isEmpty()) {
            view.put(end, LAST);
            return view.limit(end + LAST.length).position(start);
        }
        return withTrailers(view.limit(end).position(start), body);
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
    private static ByteBuffer withTrailers(ByteBuffer data, RequestBody body) {
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
