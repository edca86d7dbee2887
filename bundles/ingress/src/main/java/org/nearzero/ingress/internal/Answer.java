package org.nearzero.ingress.internal;

import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.nearzero.ingress.core.Refusal;

/**
 * An answer of the ingress's own, with the body {@code {"status", "code", "message"}} that CAMARA gives errors.
 *
 * @param status 400 to 599
 * @param code for a machine
 * @param message for a person
 * @param retryAfterSeconds the value of {@code Retry-After}; 0 for none
 */
record Answer(int status, String code, String message, long retryAfterSeconds) {
    static Answer badRequest(String message) {
        return new Answer(400, "INVALID_ARGUMENT", message, 0);
    }

    static Answer notFound(String message) {
        return new Answer(404, "NOT_FOUND", message, 0);
    }

    static Answer notYet(String place) {
        String message = "no application at " + place
                + " yet: the ingress has just started and may not know all of them (try again in a second)";
        return new Answer(503, "UNAVAILABLE", message, 1);
    }

    static Answer timedOut(String message) {
        return new Answer(408, "REQUEST_TIMEOUT", message, 0);
    }

    static Answer tooLarge(long max) {
        return new Answer(413, "PAYLOAD_TOO_LARGE", "a body may have " + max + " bytes here", 0);
    }

    static Answer expectationFailed(String expect) {
        return new Answer(417, "EXPECTATION_FAILED", "Expect: " + expect + " (expected: 100-continue)", 0);
    }

    static Answer notImplemented(String what) {
        return new Answer(501, "NOT_IMPLEMENTED", what, 0);
    }

    static Answer badGateway(String message) {
        return new Answer(502, "BAD_GATEWAY", message, 0);
    }

    static Answer gatewayTimeout(String message) {
        return new Answer(504, "TIMEOUT", message, 0);
    }

    static Answer of(Refusal refusal, String app) {
        return refusal.known()
                ? new Answer(503, "UNAVAILABLE", app + ": " + refusal.reason(), refusal.retryAfterSeconds())
                : notFound(app + ": " + refusal.reason());
    }

    /** Sends it. The response must not have started. What the client has not sent yet of its request is not waited for. */
    void send(HttpServerExchange client) {
        if (!client.isRequestComplete()) {
            client.setPersistent(false);
            Connectors.terminateRequest(client);
        }
        byte[] body = toJson().getBytes(StandardCharsets.UTF_8);
        client.setStatusCode(status);
        client.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        client.getResponseHeaders().put(Headers.CONTENT_LENGTH, body.length);
        if (retryAfterSeconds > 0) {
            client.getResponseHeaders().put(Headers.RETRY_AFTER, retryAfterSeconds);
        }
        client.getResponseSender().send(ByteBuffer.wrap(body));
    }

    private String toJson() {
        return "{\"status\":" + status + ",\"code\":\"" + code + "\",\"message\":\"" + escaped(message) + "\"}";
    }

    private static String escaped(String text) {
        StringBuilder json = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.toString();
    }
}
