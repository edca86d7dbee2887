package org.nearzero.ingress.testing.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request or a response as it was read from the wire.
 *
 * @param start the request line or the status line
 * @param fields in the order they came
 * @param body without its framing
 * @param trailers what followed a chunked body
 * @param complete whether its end was seen as its framing wants it; a close-delimited body is complete at an end of stream
 */
public record Message(String start, List<Field> fields, byte[] body, List<Field> trailers, boolean complete) {
    /** A field as it was written. */
    public record Field(String name, String value) {}

    /** The status code of a response. */
    public int status() {
        return Integer.parseInt(start.split(" ")[1]);
    }

    /** The method of a request. */
    public String method() {
        return start.split(" ")[0];
    }

    /** The target of a request. */
    public String target() {
        return start.split(" ")[1];
    }

    /** The values of a field, in any case of its name. */
    public List<String> all(String name) {
        return values(fields, name);
    }

    /** The one value of a field; null if there is none. */
    public String one(String name) {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw new AssertionError(name + " stands more than once: " + values);
        }
        return values.isEmpty() ? null : values.get(0);
    }

    /** Whether there is such a field. */
    public boolean has(String name) {
        return !all(name).isEmpty();
    }

    /** The values of a trailer. */
    public List<String> trailer(String name) {
        return values(trailers, name);
    }

    /** The body, a character for each byte. */
    public String text() {
        return new String(body, StandardCharsets.ISO_8859_1);
    }

    private static List<String> values(List<Field> fields, String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    @Override
    public String toString() {
        return start + " " + fields + " +" + body.length + (complete ? "" : " (truncated)");
    }
}
