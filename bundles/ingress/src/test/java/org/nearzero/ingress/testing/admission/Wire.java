package org.nearzero.ingress.testing.admission;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads HTTP/1.1 messages off a stream, strictly enough for tests. */
final class Wire {
    private static final int LONGEST_LINE = 64 << 10;

    private Wire() {}

    /** The lines of a head; empty if the stream ends before one begins. */
    static List<String> head(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                if (text.length() == 0) {
                    return List.of();
                }
                throw new EOFException("the stream ends within a head: " + text);
            }
            text.append((char) b);
            if (text.length() > LONGEST_LINE) {
                throw new IOException("a head without an end");
            }
        }
        return text.toString().lines().filter(line -> !line.isEmpty()).toList();
    }

    /** The fields of a head, by lower-case name. */
    static Map<String, String> fields(List<String> head) {
        Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line : head.subList(1, head.size())) {
            int colon = line.indexOf(':');
            fields.merge(line.substring(0, colon), line.substring(colon + 1).strip(), (a, b) -> a + ", " + b);
        }
        return fields;
    }

    static byte[] body(InputStream in, Map<String, String> fields) throws IOException {
        if ("chunked".equalsIgnoreCase(fields.get("transfer-encoding"))) {
            return chunks(in);
        }
        return exactly(in, Integer.parseInt(fields.getOrDefault("content-length", "0")));
    }

    static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the stream ends after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var all = new java.io.ByteArrayOutputStream();
        for (; ; ) {
            int size = Integer.parseInt(line(in), 16);
            all.write(exactly(in, size));
            if (!line(in).isEmpty()) {
                throw new IOException("a chunk that does not end where it should");
            }
            if (size == 0) {
                return all.toByteArray();
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the stream ends within a line");
            }
            line.append((char) b);
        }
        return line.toString().strip();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
