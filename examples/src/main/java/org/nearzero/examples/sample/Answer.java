package org.nearzero.examples.sample;

import java.nio.charset.StandardCharsets;

/** What becomes of a request. */
sealed interface Answer {
    /**
     * It is answered.
     *
     * @param afterMillis how long from now, at least 0
     */
    record Full(int status, String contentType, byte[] body, int afterMillis) implements Answer {
        static Full text(int status, String text) {
            return new Full(status, "text/plain", text.getBytes(StandardCharsets.UTF_8), 0);
        }

        Full after(int millis) {
            return new Full(status, contentType, body, millis);
        }
    }

    /** It becomes a WebSocket. */
    record Upgrade(String accept) implements Answer {}

    /** The process ends there and then, as if it had crashed. */
    record Exit(int code) implements Answer {}
}
