package org.nearzero.ingress.testing.admission;

import java.io.InputStream;
import java.io.OutputStream;

/** What an instance does with a request: bytes to send, and then perhaps a conversation over the same connection. */
public record Reply(byte[] bytes, Conversation then) {
    /** Goes on over a connection that has switched protocols; the connection is closed when it returns. */
    @FunctionalInterface
    public interface Conversation {
        void talk(InputStream in, OutputStream out) throws Exception;
    }

    /** 200 with a text. */
    public static Reply ok(String text) {
        return of("200 OK", text);
    }

    /** Any status with a text. */
    public static Reply of(String status, String text) {
        return new Reply(
                Wire.bytes("HTTP/1.1 " + status + "\r\nContent-Length: " + text.length() + "\r\n\r\n" + text), null);
    }

    /** Switches to {@code protocol}. */
    public static Reply switched(String protocol, Conversation then) {
        return new Reply(
                Wire.bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: " + protocol
                        + "\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: any\r\n\r\n"),
                then);
    }

    /** Closes the connection without a word. */
    public static Reply hangUp() {
        return new Reply(new byte[0], (in, out) -> {});
    }

    /** Sends back whatever comes, until the other side ends. */
    public static Reply echoing() {
        return switched("websocket", InputStream::transferTo);
    }
}
