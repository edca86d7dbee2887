package org.nearzero.examples.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;

/** Reads one HTTP/1.1 answer as it arrives; keeps what a load test wants to know, and drops the rest. */
final class AnswerParser {
    private static final int LONGEST_LINE = 16 * 1024;

    private enum Part {
        STATUS,
        HEADER,
        LENGTH,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER,
        TO_END,
        DONE
    }

    private final StringBuilder line = new StringBuilder(64);
    private Part part = Part.STATUS;
    private int status;
    private String instance = "";
    private int maxConcurrent;
    private boolean close;
    private boolean chunked;
    private long length = -1;

    /** Takes bytes. @return whether the answer is complete */
    boolean read(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining() && part != Part.DONE) {
            switch (part) {
                case TO_END -> bytes.position(bytes.limit());
                case LENGTH, CHUNK -> skipBody(bytes);
                default -> {
                    if (lineComplete(bytes)) {
                        line(line.toString());
                        line.setLength(0);
                    }
                }
            }
        }
        return part == Part.DONE;
    }

    /** The connection has ended. @return whether that completes the answer */
    boolean ended() {
        return part == Part.TO_END || part == Part.DONE;
    }

    int status() {
        return status;
    }

    String instance() {
        return instance;
    }

    int maxConcurrent() {
        return maxConcurrent;
    }

    /** Whether the server will close the connection. */
    boolean closes() {
        return close;
    }

    private void skipBody(ByteBuffer bytes) {
        int count = (int) Math.min(length, bytes.remaining());
        bytes.position(bytes.position() + count);
        length -= count;
        if (length == 0) {
            part = part == Part.CHUNK ? Part.CHUNK_END : Part.DONE;
        }
    }

    private boolean lineComplete(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            char next = (char) (bytes.get() & 0xFF);
            if (next == '\n') {
                return true;
            }
            if (next != '\r') {
                line.append(next);
            }
            if (line.length() > LONGEST_LINE) {
                throw new IOException("a line of the answer is longer than " + LONGEST_LINE + " bytes");
            }
        }
        return false;
    }

    private void line(String text) throws IOException {
        try {
            switch (part) {
                case STATUS -> {
                    status = Integer.parseInt(text.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
                    part = Part.HEADER;
                }
                case HEADER -> {
                    if (text.isEmpty()) {
                        headerEnds();
                    } else {
                        field(text);
                    }
                }
                case CHUNK_SIZE -> {
                    int extension = text.indexOf(';');
                    length = Long.parseLong((extension < 0 ? text : text.substring(0, extension)).trim(), 16);
                    part = length == 0 ? Part.TRAILER : Part.CHUNK;
                }
                case CHUNK_END -> part = Part.CHUNK_SIZE;
                case TRAILER -> part = text.isEmpty() ? Part.DONE : Part.TRAILER;
                default -> throw new IllegalStateException(part.toString());
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new IOException("not an HTTP answer: " + text, e);
        }
    }

    private void field(String text) {
        int colon = text.indexOf(':');
        String value = text.substring(colon + 1).trim();
        switch (text.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "content-length" -> length = Long.parseLong(value);
            case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
            case "connection" -> close = value.equalsIgnoreCase("close");
            case "x-instance" -> instance = value;
            case "x-max-concurrent" -> maxConcurrent = Integer.parseInt(value);
            default -> {
                // of no interest here
            }
        }
    }

    private void headerEnds() {
        if (status < 200) {
            part = Part.STATUS;
        } else if (chunked) {
            part = Part.CHUNK_SIZE;
        } else if (length == 0 || status == 204 || status == 304) {
            part = Part.DONE;
        } else {
            part = length > 0 ? Part.LENGTH : Part.TO_END;
        }
    }
}
