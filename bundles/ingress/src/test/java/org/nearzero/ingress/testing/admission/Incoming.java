package org.nearzero.ingress.testing.admission;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A request as an instance got it. {@code fields} are looked up whatever the case of their names. */
public record Incoming(String method, String path, Map<String, String> fields, byte[] body) {
    /** The body as text. */
    public String text() {
        return new String(body, StandardCharsets.ISO_8859_1);
    }
}
