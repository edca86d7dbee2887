package org.nearzero.examples.sample;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The request line and the header of one HTTP/1.1 request (RFC 9112).
 *
 * @param method as sent
 * @param path the target up to {@code ?}
 * @param query the target after {@code ?}; empty if there is none
 * @param version {@code HTTP/1.1} or {@code HTTP/1.0}
 * @param fields header fields in order, names in lower case
 */
record RequestHead(String method, String path, String query, String version, List<Field> fields) {
    private static final int LONGEST = 32 * 1024;

    record Field(String name, String value) {}

    /** The next head, taken from {@code input}; null while it is incomplete. */
    static RequestHead take(ByteQueue input) throws BadRequestException {
        // RFC 9112 section 2.2: empty lines before a request line are skipped.
        while (input.size() >= 2 && input.at(0) == '\r' && input.at(1) == '\n') {
            input.skip(2);
        }
        int end = end(input);
        if (end < 0) {
            if (input.size() > LONGEST) {
                throw new BadRequestException(431, "header longer than " + LONGEST + " bytes");
            }
            return null;
        }
        return parse(new String(input.take(end), StandardCharsets.ISO_8859_1));
    }

    /** The values of a field, joined by comma; empty if there is none. */
    String field(String name) {
        StringBuilder joined = new StringBuilder();
        for (Field field : fields) {
            if (field.name.equals(name)) {
                joined.append(joined.length() == 0 ? "" : ", ").append(field.value);
            }
        }
        return joined.toString();
    }

    /** Whether a comma-separated field names {@code token}. */
    boolean names(String field, String token) {
        for (String each : field(field).split(",")) {
            if (each.trim().equalsIgnoreCase(token)) {
                return true;
            }
        }
        return false;
    }

    boolean keepAlive() {
        return version.equals("HTTP/1.1") ? !names("connection", "close") : names("connection", "keep-alive");
    }

    /** A query parameter; {@code otherwise} if it is not given. */
    String parameter(String name, String otherwise) {
        for (String pair : query.split("&")) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        return otherwise;
    }

    private static int end(ByteQueue input) {
        int line = 0;
        while (true) {
            int end = input.lineEnd(line);
            if (end < 0) {
                return -1;
            }
            if (end == line) {
                return end + 2;
            }
            line = end + 2;
        }
    }

    private static RequestHead parse(String text) throws BadRequestException {
        int end = text.indexOf("\r\n");
        String[] start = text.substring(0, end).split(" ");
        if (start.length != 3 || !start[2].startsWith("HTTP/1.") || !start[1].startsWith("/")) {
            throw new BadRequestException(400, "request line");
        }
        List<Field> fields = new ArrayList<>();
        for (int from = end + 2; from < text.length() - 2; from = end + 2) {
            end = text.indexOf("\r\n", from);
            int colon = text.indexOf(':', from);
            if (colon <= from || colon > end || text.charAt(colon - 1) == ' ') {
                throw new BadRequestException(400, "header field " + (fields.size() + 1));
            }
            fields.add(new Field(
                    text.substring(from, colon).toLowerCase(Locale.ROOT),
                    text.substring(colon + 1, end).trim()));
        }
        int mark = start[1].indexOf('?');
        return new RequestHead(
                start[0],
                mark < 0 ? start[1] : start[1].substring(0, mark),
                mark < 0 ? "" : start[1].substring(mark + 1),
                start[2],
                fields);
    }
}
