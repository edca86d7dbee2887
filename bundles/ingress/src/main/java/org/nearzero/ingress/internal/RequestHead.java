package org.nearzero.ingress.internal;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Writes the head of a request to an instance, or to another site, into a loop's scratch space. */
final class RequestHead {
    private static final byte[] VERSION = ascii(" HTTP/1.1\r\nHost: ");
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] VIA = ascii("nearzero\r\n");
    private static final byte[] VIA_FIRST = ascii("Via: 1.1 nearzero\r\n");
    private static final HttpString X_FORWARDED_PORT = Headers.X_FORWARDED_PORT;

    private final Loop loop;
    private int at;

    private RequestHead(Loop loop) {
        this.loop = loop;
    }

    /**
     * What another site is told of a request that is relayed to it.
     *
     * @param device whose it is
     * @param hops the sites that it has passed
     */
    record Relayed(String device, String hops) {}

    /** @param relayed null if it goes to an instance @return how many bytes of the scratch space it takes */
    static int write(Loop loop, HttpServerExchange client, Request request, RequestBody body, Relayed relayed) {
        RequestHead head = new RequestHead(loop);
        Peer peer = request.peer();
        String host = request.host();
        HeaderMap fields = client.getRequestHeaders();
        head.name(client.getRequestMethod())
                .text(" ")
                .text(request.target())
                .bytes(VERSION)
                .text(host)
                .bytes(CRLF);
        head.passedOn(fields, peer.trusted, relayed != null);
        head.framing(fields, body);
        head.via(client, fields);
        if (peer.trusted) {
            head.forwardedByTrusted(fields, peer, host);
        } else {
            head.bytes(peer.forwarding(host));
        }
        if (relayed != null) {
            head.field("X-Device-Id", visible(relayed.device())).field("Nearzero-Hops", relayed.hops());
        }
        if (request.upgrade() != null) {
            head.field("Upgrade", request.upgrade()).field("Connection", "Upgrade");
        }
        return head.bytes(CRLF).at;
    }

    /** What a plugin says may hold what no field can. */
    private static String visible(String device) {
        return device.chars().allMatch(c -> c > ' ' && c < 0x7F)
                ? device
                : URLEncoder.encode(device, StandardCharsets.UTF_8);
    }

    private void passedOn(HeaderMap fields, boolean trusted, boolean relayed) {
        Set<HttpString> named = Fields.named(fields);
        for (long cookie = fields.fastIterateNonEmpty(); cookie != -1L; cookie = fields.fiNextNonEmpty(cookie)) {
            HeaderValues values = fields.fiCurrent(cookie);
            HttpString name = values.getHeaderName();
            if (Fields.passes(name, trusted)
                    && !(relayed && name.equals(Fields.DEVICE_ID))
                    && (named.isEmpty() || !named.contains(name))) {
                for (int i = 0; i < values.size(); i++) {
                    name(name).text(": ").text(values.get(i)).bytes(CRLF);
                }
            }
        }
    }

    private void framing(HeaderMap fields, RequestBody body) {
        if (body == null) {
            if (fields.contains(Headers.CONTENT_LENGTH)) {
                field("Content-Length", "0");
            }
        } else if (body.isChunked()) {
            bytes(CHUNKED);
        } else {
            field("Content-Length", Long.toString(body.length()));
        }
    }

    private void via(HttpServerExchange client, HeaderMap fields) {
        HeaderValues before = fields.get(Headers.VIA);
        if (before == null && client.isHttp11()) {
            bytes(VIA_FIRST);
            return;
        }
        text("Via: ");
        for (int i = 0; before != null && i < before.size(); i++) {
            text(before.get(i)).text(", ");
        }
        text(client.isHttp11() ? "1.1 " : "1.0 ").bytes(VIA);
    }

    private void forwardedByTrusted(HeaderMap fields, Peer peer, String host) {
        String chain = joined(fields, Headers.X_FORWARDED_FOR);
        field("X-Forwarded-For", chain.isEmpty() ? peer.text : chain + ", " + peer.text);
        field("X-Real-IP", first(fields, Fields.REAL_IP, chain.isEmpty() ? peer.text : chain.split(",", 2)[0].strip()));
        field("X-Forwarded-Proto", first(fields, Headers.X_FORWARDED_PROTO, "http"));
        field("X-Forwarded-Port", first(fields, X_FORWARDED_PORT, Integer.toString(peer.localPort)));
        String original = first(fields, Headers.X_FORWARDED_HOST, host);
        if (!original.isEmpty()) {
            field("X-Forwarded-Host", original);
        }
        String forwarded = joined(fields, Fields.FORWARDED);
        field("Forwarded", forwarded.isEmpty() ? peer.forwarded(host) : forwarded + ", " + peer.forwarded(host));
    }

    private static String first(HeaderMap fields, HttpString name, String otherwise) {
        String value = fields.getFirst(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    private static String joined(HeaderMap fields, HttpString name) {
        HeaderValues values = fields.get(name);
        return values == null ? "" : String.join(", ", values);
    }

    private RequestHead field(String name, String value) {
        return text(name).text(": ").text(value).bytes(CRLF);
    }

    private RequestHead name(HttpString name) {
        int n = name.length();
        loop.ensureScratch(at, n);
        for (int i = 0; i < n; i++) {
            loop.scratch[at++] = name.byteAt(i);
        }
        return this;
    }

    @SuppressWarnings("deprecation") // takes the low bytes, which is what ISO 8859-1 means, without an encoder
    private RequestHead text(String text) {
        int n = text.length();
        loop.ensureScratch(at, n);
        text.getBytes(0, n, loop.scratch, at);
        at += n;
        return this;
    }

    private RequestHead bytes(byte[] bytes) {
        loop.ensureScratch(at, bytes.length);
        System.arraycopy(bytes, 0, loop.scratch, at, bytes.length);
        at += bytes.length;
        return this;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
