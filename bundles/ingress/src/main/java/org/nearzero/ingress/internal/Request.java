package org.nearzero.ingress.internal;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.Locale;
import java.util.Set;
import org.nearzero.ingress.core.MalformedException;
import org.nearzero.ingress.core.Syntax;

/**
 * A request that was checked against RFC 9112 where Undertow is lenient, and what of it is needed again and again.
 *
 * @param peer who sent it
 * @param host the value of {@code Host}; empty if it has none (HTTP/1.0)
 * @param hostName the host in lower case without port; empty as well then
 * @param path to route by
 * @param target to ask the instance for: path and query
 * @param body null if there is none
 * @param upgrade the protocol it asks to switch to; null if to none
 * @param expectsContinue whether the body comes only when asked for
 * @param isIdempotent whether sending it twice does what sending it once does (RFC 9110 section 9.2.2)
 */
record Request(
        Peer peer,
        String host,
        String hostName,
        String path,
        String target,
        RequestBody body,
        String upgrade,
        boolean expectsContinue,
        boolean isIdempotent) {
    private static final Set<HttpString> IDEMPOTENT =
            Set.of(Methods.GET, Methods.HEAD, Methods.OPTIONS, Methods.PUT, Methods.DELETE);

    static Request of(HttpServerExchange client, Peer peer, long maxBody) throws MalformedException {
        HeaderMap fields = client.getRequestHeaders();
        String uri = client.getRequestURI();
        String host = host(client, fields);
        String path = uri;
        if (client.isHostIncludedInRequestURI()) {
            int authority = uri.indexOf("://");
            int slash = authority < 0 ? -1 : uri.indexOf('/', authority + 3);
            String named = authority < 0 ? uri : uri.substring(authority + 3, slash < 0 ? uri.length() : slash);
            if (!uri.regionMatches(true, 0, "http://", 0, 7) || !named.equalsIgnoreCase(host) && !host.isEmpty()) {
                throw new MalformedException(
                        "request target: names another host than Host does, or a scheme other than http");
            }
            host = named;
            path = slash < 0 ? "/" : uri.substring(slash);
        }
        String hostName = host.isEmpty() ? "" : peer.hostName(host);
        if (hostName == null) {
            throw new MalformedException("Host: not a host and perhaps a port");
        }
        String query = client.getQueryString();
        String target = query.isEmpty() ? path : path + '?' + query;
        checkTarget(target, client.getRequestMethod());
        RequestBody body = body(client, fields, maxBody);
        return new Request(
                peer,
                host,
                hostName,
                "*".equals(path) ? "/" : path,
                target,
                body,
                body == null ? upgrade(client, fields) : null,
                client.isHttp11() && fields.contains(Headers.EXPECT),
                IDEMPOTENT.contains(client.getRequestMethod()));
    }

    private static String host(HttpServerExchange client, HeaderMap fields) throws MalformedException {
        HeaderValues hosts = fields.get(Headers.HOST);
        if (hosts == null && !client.isHttp11()) {
            return "";
        }
        if (hosts == null || hosts.size() != 1) {
            throw new MalformedException("Host: not exactly one");
        }
        return hosts.get(0);
    }

    private static void checkTarget(String target, HttpString method) throws MalformedException {
        if (target.charAt(0) != '/' && !("*".equals(target) && method.equals(Methods.OPTIONS))) {
            throw new MalformedException("request target: not a path");
        }
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7F || c == '#') {
                throw new MalformedException("request target: a character that must be percent-encoded");
            }
        }
    }

    private static RequestBody body(HttpServerExchange client, HeaderMap fields, long max) throws MalformedException {
        HeaderValues codings = fields.get(Headers.TRANSFER_ENCODING);
        HeaderValues lengths = fields.get(Headers.CONTENT_LENGTH);
        if (codings != null) {
            if (lengths != null
                    || codings.size() != 1
                    || !codings.get(0).equalsIgnoreCase("chunked")
                    || !client.isHttp11()) {
                throw new MalformedException("Transfer-Encoding: not just chunked, or together with Content-Length");
            }
            return new RequestBody(client, -1, max);
        }
        if (lengths == null) {
            return null;
        }
        long length = lengths.size() == 1 ? Syntax.length(lengths.get(0)) : -1;
        if (length < 0) {
            throw new MalformedException("Content-Length: not one number");
        }
        return length == 0 ? null : new RequestBody(client, length, max);
    }

    /** An upgrade to HTTP/2 is not asked for on anybody's behalf: we would not understand what comes after it. */
    private static String upgrade(HttpServerExchange client, HeaderMap fields) {
        String protocol = fields.getFirst(Headers.UPGRADE);
        boolean asked = protocol != null && client.isHttp11() && Fields.lists(fields, Headers.CONNECTION, "upgrade");
        return asked && !protocol.toLowerCase(Locale.ROOT).contains("h2c") ? protocol : null;
    }
}
