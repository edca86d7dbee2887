package org.nearzero.examples.sample;

import java.nio.charset.StandardCharsets;

/** Reads the body that belongs to one request head: by length, chunked, or none (RFC 9112 section 6). */
final class BodyReader {
    static final int LARGEST = 16 << 20;

    private final ByteQueue content = new ByteQueue();
    private final boolean chunked;
    private long left;
    private boolean inChunk;
    private boolean inTrailer;
    private boolean done;

    private BodyReader(boolean chunked, long length) throws BadRequestException {
        this.chunked = chunked;
        this.left = length;
        this.done = !chunked && length == 0;
        checkSize(length);
    }

    static BodyReader of(RequestHead head) throws BadRequestException {
        String coding = head.field("transfer-encoding");
        String length = head.field("content-length");
        if (!coding.isEmpty()) {
            // Both together are how requests are smuggled (RFC 9112 section 6.3).
            if (!coding.equalsIgnoreCase("chunked") || !length.isEmpty()) {
                throw new BadRequestException(400, "transfer-encoding");
            }
            return new BodyReader(true, 0);
        }
        return new BodyReader(false, length.isEmpty() ? 0 : number(length, 10));
    }

    /** Takes what {@code input} holds of the body. @return whether the body is complete */
    boolean read(ByteQueue input) throws BadRequestException {
        while (!done) {
            if (!chunked || inChunk) {
                int count = (int) Math.min(left, input.size());
                content.add(input.take(count));
                left -= count;
                if (left > 0) {
                    return false;
                }
                if (!chunked) {
                    done = true;
                } else if (!endOfChunk(input)) {
                    return false;
                }
            } else if (!line(input)) {
                return false;
            }
        }
        return true;
    }

    byte[] content() {
        return content.take(content.size());
    }

    private boolean endOfChunk(ByteQueue input) throws BadRequestException {
        if (input.size() < 2) {
            return false;
        }
        if (input.at(0) != '\r' || input.at(1) != '\n') {
            throw new BadRequestException(400, "end of chunk");
        }
        input.skip(2);
        inChunk = false;
        return true;
    }

    private boolean line(ByteQueue input) throws BadRequestException {
        int end = input.lineEnd(0);
        if (end < 0) {
            if (input.size() > 4096) {
                throw new BadRequestException(400, "chunk line");
            }
            return false;
        }
        String line = new String(input.take(end), StandardCharsets.ISO_8859_1);
        input.skip(2);
        if (inTrailer) {
            done = line.isEmpty();
            return true;
        }
        int extension = line.indexOf(';');
        left = number(extension < 0 ? line.trim() : line.substring(0, extension).trim(), 16);
        checkSize(content.size() + left);
        inTrailer = left == 0;
        inChunk = left > 0;
        return true;
    }

    private static long number(String digits, int radix) throws BadRequestException {
        try {
            long value = Long.parseLong(digits, radix);
            if (value >= 0 && Character.digit(digits.charAt(0), radix) >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below, as for a negative one
        }
        throw new BadRequestException(400, "length");
    }

    private static void checkSize(long size) throws BadRequestException {
        if (size > LARGEST) {
            throw new BadRequestException(413, "body larger than " + LARGEST + " bytes");
        }
    }
}
