package org.nearzero.ingress.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the chunked transfer coding off a body (RFC 9112 section 7.1), strictly: a size is one or more hex digits, lines end in
 * CR LF, data is followed by CR LF. Extensions are dropped, and so is white space after a size, with which some pad it. Keeps the trailers. One body, one thread.
 */
public final class ChunkDecoder {
    private static final int MAX_EXTENSION = 1024;
    private static final int MAX_TRAILERS = 8192;
    private static final int MAX_SIZE_DIGITS = 15;

    private enum State {
        SIZE,
        PADDING,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILERS,
        DONE
    }

    /** A field that followed the body. */
    public record Trailer(String name, String value) {}

    private State state = State.SIZE;
    private long size;
    private int digits;
    private int extension;
    private StringBuilder trailerSection;
    private List<Trailer> trailers = List.of();

    /** Whether the end of the body was seen. */
    public boolean isDone() {
        return state == State.DONE;
    }

    /** The trailers, once the body is done. */
    public List<Trailer> trailers() {
        return trailers;
    }

    /**
     * Takes from {@code in} and appends what is data to {@code out}, until the one is empty, the other full, or the body done.
     * Bytes after the body stay in {@code in}.
     */
    public void decode(ByteBuffer in, ByteBuffer out) throws MalformedException {
        while (in.hasRemaining() && state != State.DONE) {
            if (state == State.DATA) {
                if (!out.hasRemaining()) {
                    return;
                }
                copy(in, out);
            } else {
                step(in.get());
            }
        }
    }

    private void copy(ByteBuffer in, ByteBuffer out) {
        int n = (int) Math.min(size, Math.min(in.remaining(), out.remaining()));
        int limit = in.limit();
        in.limit(in.position() + n);
        out.put(in);
        in.limit(limit);
        size -= n;
        if (size == 0) {
            state = State.DATA_CR;
        }
    }

    private void step(byte b) throws MalformedException {
        switch (state) {
            case SIZE -> size(b);
            case PADDING -> padding(b);
            case EXTENSION -> extension(b);
            case SIZE_LF -> {
                expect(b, '\n');
                state = size == 0 ? State.TRAILERS : State.DATA;
            }
            case DATA_CR -> {
                expect(b, '\r');
                state = State.DATA_LF;
            }
            case DATA_LF -> {
                expect(b, '\n');
                state = State.SIZE;
                digits = 0;
                extension = 0;
            }
            case TRAILERS -> trailer(b);
            default -> throw new IllegalStateException(state.name());
        }
    }

    private void size(byte b) throws MalformedException {
        int digit = b < 0 ? -1 : Character.digit(b, 16);
        if (digit >= 0 && digits < MAX_SIZE_DIGITS) {
            size = size << 4 | digit;
            digits++;
        } else if (digits == 0 || digit >= 0) {
            throw new MalformedException("chunk size: not a hex number of 1 to " + MAX_SIZE_DIGITS + " digits");
        } else {
            padding(b);
        }
    }

    private void padding(byte b) throws MalformedException {
        if (b == ' ' || b == '\t') {
            state = State.PADDING;
            count();
        } else if (b == ';') {
            state = State.EXTENSION;
        } else if (b == '\r') {
            state = State.SIZE_LF;
        } else {
            throw new MalformedException("chunk size: followed by neither CR LF nor an extension");
        }
    }

    private void extension(byte b) throws MalformedException {
        if (b == '\r') {
            state = State.SIZE_LF;
        } else if (Syntax.isControl(b)) {
            throw new MalformedException("chunk extension: a control character, or a bare LF");
        } else {
            count();
        }
    }

    private void count() throws MalformedException {
        if (++extension > MAX_EXTENSION) {
            throw new MalformedException("chunk extension: longer than " + MAX_EXTENSION + " bytes");
        }
    }

    private void trailer(byte b) throws MalformedException {
        if (trailerSection == null) {
            trailerSection = new StringBuilder();
        }
        trailerSection.append((char) (b & 0xFF));
        int n = trailerSection.length();
        if (n > MAX_TRAILERS) {
            throw new MalformedException("trailers: longer than " + MAX_TRAILERS + " bytes");
        }
        if (b == '\n') {
            if (n < 2 || trailerSection.charAt(n - 2) != '\r') {
                throw new MalformedException("trailers: a bare LF");
            }
            if (n == 2 || n >= 4 && trailerSection.charAt(n - 3) == '\n') {
                trailers = fields(trailerSection.substring(0, n - 2));
                state = State.DONE;
            }
        }
    }

    private static List<Trailer> fields(String section) throws MalformedException {
        if (section.isEmpty()) {
            return List.of();
        }
        List<Trailer> fields = new ArrayList<>();
        for (String line : section.split("\r\n")) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon);
            String value = Syntax.trimmed(line, colon + 1, line.length());
            if (!Syntax.isToken(name)
                    || !Syntax.isFieldValue(value.getBytes(StandardCharsets.ISO_8859_1), 0, value.length())) {
                throw new MalformedException("trailers: a line that is no field");
            }
            fields.add(new Trailer(name, value));
        }
        return List.copyOf(fields);
    }

    private static void expect(byte b, char wanted) throws MalformedException {
        if (b != wanted) {
            throw new MalformedException("chunk: not ended by CR LF");
        }
    }
}
