package org.nearzero.ingress.testing.admission;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A response as a device got it. {@code fields} are looked up whatever the case of their names. */
public record Response(int status, Map<String, String> fields, byte[] body) {
    /** The body as text. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
