package org.nearzero.ingress.testing.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.nearzero.ingress.testing.http.Message.Field;

/** Reads HTTP/1 messages one after the other, and insists on CR LF. */
final class MessageReader {
    private final InputStream in;
    private ByteArrayOutputStream body;

    MessageReader(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /** The next request; null if the peer closed before its first byte. */
    Message request() throws IOException {
        String start = line();
        if (start == null) {
            return null;
        }
        List<Field> fields = fields();
        boolean framed = has(fields, "Transfer-Encoding") || has(fields, "Content-Length");
        return body(start, fields, framed);
    }

    /** The next response, an interim one included. @throws EOFException if there is none, or only a part of its head */
    Message response(boolean toHead) throws IOException {
        String start = line();
        if (start == null) {
            throw new EOFException("closed without a response");
        }
        List<Field> fields = fields();
        int status = Integer.parseInt(start.split(" ")[1]);
        return body(start, fields, !toHead && status >= 200 && status != 204 && status != 304);
    }

    /** The next byte; -1 at the end. */
    int read() throws IOException {
        return in.read();
    }

    int read(byte[] into) throws IOException {
        return in.read(into);
    }

    int peek(byte[] into) throws IOException {
        in.mark(into.length);
        int n = in.read(into);
        in.reset();
        return n;
    }

    private Message body(String start, List<Field> fields, boolean hasBody) throws IOException {
        body = new ByteArrayOutputStream();
        List<Field> trailers = List.of();
        boolean complete = true;
        if (hasBody) {
            try {
                if (has(fields, "Transfer-Encoding")) {
                    trailers = chunks();
                } else if (has(fields, "Content-Length")) {
                    take(Long.parseLong(value(fields, "Content-Length")));
                } else {
                    in.transferTo(body);
                }
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                complete = false;
            }
        }
        return new Message(start, fields, body.toByteArray(), trailers, complete);
    }

    private List<Field> chunks() throws IOException {
        for (; ; ) {
            String size = line();
            if (size == null) {
                throw new EOFException();
            }
            long n = Long.parseLong(size, 16);
            if (n == 0) {
                return fields();
            }
            take(n);
            if (in.read() != '\r' || in.read() != '\n') {
                throw new EOFException();
            }
        }
    }

    private void take(long n) throws IOException {
        byte[] piece = new byte[16 << 10];
        for (long left = n; left > 0; ) {
            int got = in.read(piece, 0, (int) Math.min(left, piece.length));
            if (got < 0) {
                throw new EOFException();
            }
            body.write(piece, 0, got);
            left -= got;
        }
    }

    private List<Field> fields() throws IOException {
        List<Field> fields = new ArrayList<>();
        for (String line = line(); ; line = line()) {
            if (line == null) {
                throw new EOFException();
            }
            if (line.isEmpty()) {
                return fields;
            }
            int colon = line.indexOf(':');
            fields.add(new Field(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
    }

    /** A line without its CR LF; null at the end of the stream. */
    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); ; b = in.read()) {
            if (b < 0) {
                if (line.size() == 0) {
                    return null;
                }
                throw new EOFException("closed in a line: " + line);
            }
            if (b == '\r') {
                if (in.read() != '\n') {
                    throw new IOException("a bare CR after: " + line);
                }
                return line.toString(StandardCharsets.ISO_8859_1);
            }
            if (b == '\n') {
                throw new IOException("a bare LF after: " + line);
            }
            line.write(b);
        }
    }

    private static boolean has(List<Field> fields, String name) {
        return value(fields, name) != null;
    }

    private static String value(List<Field> fields, String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .findFirst()
                .orElse(null);
    }
}
