package org.nearzero.ingress.core;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the head of an HTTP/1 response and how long its body is (RFC 9112 sections 4 and 6.3). Fields stay where they are in the
 * bytes that were read: nothing is copied before it is asked for. Used again and again by one thread.
 */
public final class ResponseHead {
    /** The length of a body that is chunked, or that ends with the connection. */
    public static final long UNKNOWN_LENGTH = -1;

    private static final byte[] PREFIX = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int limit;
    private int at;
    private int[] marks = new int[4 * 32];
    private int fields;
    private int minor;
    private int status;
    private boolean chunked;
    private boolean upgrade;
    private boolean close;
    private boolean keepAlive;
    private long length;

    /**
     * Reads a head from {@code bytes[from, to)}, which must stay as they are while the fields are used.
     *
     * @return where the body starts; -1 if the head is not complete
     */
    public int parse(byte[] bytes, int from, int to) throws MalformedException {
        this.bytes = bytes;
        this.limit = to;
        this.at = from;
        fields = 0;
        chunked = upgrade = close = keepAlive = false;
        length = UNKNOWN_LENGTH;
        if (!nextLine()) {
            return -1;
        }
        statusLine(from, lineEnd());
        for (int start = at; nextLine(); start = at) {
            int end = lineEnd();
            if (end == start) {
                checkFraming();
                return at;
            }
            field(start, end);
        }
        return -1;
    }

    /** The status code, 100 to 599. */
    public int status() {
        return status;
    }

    /** The number of fields, those about the connection included. */
    public int fields() {
        return fields;
    }

    /** Where the name of a field starts in the bytes that were read. */
    public int nameStart(int field) {
        return marks[field * 4];
    }

    /** How long the name of a field is. */
    public int nameLength(int field) {
        return marks[field * 4 + 1] - marks[field * 4];
    }

    /** The value of a field. */
    @SuppressWarnings("deprecation") // the one constructor that copies Latin-1 bytes and does nothing else
    public String value(int field) {
        int start = marks[field * 4 + 2];
        return new String(bytes, 0, start, marks[field * 4 + 3] - start);
    }

    /** Whether a field has this name, in any case. */
    public boolean isNamed(int field, String name) {
        int start = nameStart(field);
        return nameLength(field) == name.length() && matches(start, name);
    }

    /** Whether the connection may carry another exchange after this one. */
    public boolean isPersistent() {
        return !close && (minor >= 1 || keepAlive);
    }

    /** Whether the body is chunked. */
    public boolean isChunked() {
        return chunked;
    }

    /** Whether {@code Connection} names {@code upgrade}. */
    public boolean isUpgrade() {
        return upgrade;
    }

    /** {@code Content-Length}, or {@link #UNKNOWN_LENGTH}. */
    public long length() {
        return length;
    }

    private boolean nextLine() {
        for (int i = at; i < limit; i++) {
            if (bytes[i] == '\n') {
                at = i + 1;
                return true;
            }
        }
        return false;
    }

    /** The end of the line that was just passed, without its LF or CR LF (a bare LF may be taken, RFC 9112 section 2.2). */
    private int lineEnd() {
        int lf = at - 1;
        return lf > 0 && bytes[lf - 1] == '\r' ? lf - 1 : lf;
    }

    private void statusLine(int start, int end) throws MalformedException {
        boolean http1 =
                end - start >= 12 && Arrays.equals(bytes, start, start + PREFIX.length, PREFIX, 0, PREFIX.length);
        if (!http1 || bytes[start + 8] != ' ' || end - start > 12 && bytes[start + 12] != ' ') {
            throw new MalformedException("status line: not HTTP/1.x and a status");
        }
        minor = bytes[start + 7] - '0';
        status = 0;
        for (int i = start + 9; i < start + 12; i++) {
            int digit = bytes[i] - '0';
            status = digit < 0 || digit > 9 ? -1000 : status * 10 + digit;
        }
        if (minor < 0 || minor > 9 || status < 100 || status > 599) {
            throw new MalformedException("status line: not a version and a status of 100 to 599");
        }
    }

    private void field(int start, int end) throws MalformedException {
        int colon = start;
        while (colon < end && Syntax.isTokenByte(bytes[colon])) {
            colon++;
        }
        if (colon == start || colon == end || bytes[colon] != ':') {
            throw new MalformedException("field: no name and colon at the start of a line");
        }
        int from = colon + 1;
        int to = end;
        while (from < to && (bytes[from] == ' ' || bytes[from] == '\t')) {
            from++;
        }
        while (to > from && (bytes[to - 1] == ' ' || bytes[to - 1] == '\t')) {
            to--;
        }
        if (!Syntax.isFieldValue(bytes, from, to)) {
            throw new MalformedException("field: a control character in a value");
        }
        if (fields * 4 == marks.length) {
            marks = Arrays.copyOf(marks, marks.length * 2);
        }
        marks[fields * 4] = start;
        marks[fields * 4 + 1] = colon;
        marks[fields * 4 + 2] = from;
        marks[fields * 4 + 3] = to;
        note(fields++);
    }

    /** Takes from a field what says how the message is framed. */
    private void note(int field) throws MalformedException {
        switch (nameLength(field)) {
            case 10 -> {
                if (isNamed(field, "connection")) {
                    String options = value(field);
                    close |= Syntax.lists(options, "close");
                    keepAlive |= Syntax.lists(options, "keep-alive");
                    upgrade |= Syntax.lists(options, "upgrade");
                }
            }
            case 14 -> {
                if (isNamed(field, "content-length")) {
                    long given = Syntax.length(value(field));
                    if (given < 0 || length != UNKNOWN_LENGTH && length != given) {
                        throw new MalformedException("content-length: not one number");
                    }
                    length = given;
                }
            }
            case 17 -> {
                if (isNamed(field, "transfer-encoding")) {
                    if (chunked || !value(field).equalsIgnoreCase("chunked")) {
                        throw new MalformedException("transfer-encoding: other than chunked");
                    }
                    chunked = true;
                }
            }
            default -> {}
        }
    }

    private void checkFraming() {
        if (chunked && (minor == 0 || length != UNKNOWN_LENGTH)) {
            // RFC 9112 sections 6.1 and 6.3: the coding wins, and the connection is not trusted any more.
            length = UNKNOWN_LENGTH;
            close = true;
        }
    }

    private boolean matches(int start, String lower) {
        for (int i = 0; i < lower.length(); i++) {
            byte b = bytes[start + i];
            if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
