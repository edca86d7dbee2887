package org.nearzero.examples.sample;

import java.nio.charset.StandardCharsets;

/** What the sample says at which path. */
final class Pages {
    /** 64 bytes, so that what is measured is the way there and not the answer. */
    private static final String HELLO = "Hello from zero, near you: this answer is 64 bytes long, no more";

    private static final int LONGEST_HOLD_MILLIS = 600_000;

    private final Count count;

    Pages(Count count) {
        this.count = count;
        if (HELLO.length() != 64) {
            throw new IllegalStateException("HELLO: " + HELLO.length() + " bytes (expected: 64)");
        }
    }

    /**
     * Whether a request counts as a connection: those that a probe or an operator makes past the ingress do not, since the
     * ingress knows nothing of them.
     */
    static boolean counts(RequestHead head) {
        return !head.path().equals("/stats") && !head.path().equals("/ready");
    }

    Answer answer(RequestHead head, byte[] body) throws BadRequestException {
        return switch (head.path()) {
            case "/" -> Answer.Full.text(200, HELLO);
            case "/ready" -> Answer.Full.text(200, "ready\n");
            case "/hold" -> Answer.Full.text(200, HELLO).after(number(head, "ms", 1000, LONGEST_HOLD_MILLIS));
            case "/echo" -> new Answer.Full(200, contentType(head), body, 0);
            case "/stats" ->
                new Answer.Full(200, "application/json", count.json().getBytes(StandardCharsets.UTF_8), 0);
            case "/exit" -> new Answer.Exit(number(head, "code", 1, 255));
            case "/ws" -> upgrade(head);
            default -> Answer.Full.text(404, "nothing at " + head.path() + "\n");
        };
    }

    private static Answer upgrade(RequestHead head) {
        String key = head.field("sec-websocket-key");
        if (!head.names("upgrade", "websocket") || !head.names("connection", "upgrade") || key.isEmpty()) {
            return Answer.Full.text(426, "this path speaks WebSocket only\n");
        }
        return new Answer.Upgrade(WebSocketEcho.accept(key));
    }

    private static String contentType(RequestHead head) {
        String type = head.field("content-type");
        return type.isEmpty() ? "application/octet-stream" : type;
    }

    private static int number(RequestHead head, String name, int otherwise, int max) throws BadRequestException {
        String value = head.parameter(name, Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(value);
            if (number >= 0 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, as for one out of range
        }
        throw new BadRequestException(400, name + ": " + value + " (expected: 0 to " + max + ")");
    }
}
