package org.nearzero.ingress.internal;

import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.nearzero.ingress.core.ResponseHead;

/** Interim responses (RFC 9110 section 15.2), written past Undertow, which knows no other than 100. */
final class Interim {
    static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private Interim() {}

    /**
     * Writes one before the response has begun. It is small and nothing is before it, so a socket takes it whole; if one does
     * not, the client has not read for long.
     */
    static boolean send(HttpServerConnection connection, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            connection.getOriginalSinkConduit().write(buffer);
            return !buffer.hasRemaining();
        } catch (IOException e) {
            return false;
        }
    }

    /** An interim response of an instance's, without what concerns its connection. */
    static byte[] copy(ResponseHead head, byte[] bytes) {
        StringBuilder copy =
                new StringBuilder("HTTP/1.1 ").append(head.status()).append(" \r\n");
        Set<HttpString> named = Fields.named(head);
        for (int i = 0; i < head.fields(); i++) {
            HttpString name = new HttpString(bytes, head.nameStart(i), head.nameLength(i));
            if (!Fields.isHopByHop(name) && !named.contains(name)) {
                copy.append(name).append(": ").append(head.value(i)).append("\r\n");
            }
        }
        return copy.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
