package org.nearzero.ingress.internal;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.nearzero.ingress.core.ResponseHead;
import org.nearzero.ingress.core.Syntax;

/** Which fields go no further than one connection, and which say who a client is. */
final class Fields {
    static final HttpString DEVICE_ID = new HttpString("X-Device-Id");
    static final HttpString FORWARDED = new HttpString("Forwarded");
    static final HttpString REAL_IP = new HttpString("X-Real-IP");

    private static final String FORWARDED_PREFIX = "x-forwarded-";

    /** What sites tell each other of a request: written anew for another site, and no instance's business. */
    private static final String SITES_PREFIX = "nearzero-";

    /** About one connection (RFC 9110 section 7.6.1), or framing that each side sets for itself. */
    private static final Set<HttpString> HOP_BY_HOP = names(
            "Connection",
            "Keep-Alive",
            "Proxy-Connection",
            "Proxy-Authorization",
            "Proxy-Authenticate",
            "Proxy-Authentication-Info",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Content-Length",
            "Upgrade",
            "HTTP2-Settings");

    /** Written anew for each request. */
    private static final Set<HttpString> OURS = names("Host", "Expect", "Via");

    /** What proxies and mobile networks tell of a client; from anybody else it is a claim. */
    private static final Set<HttpString> IDENTITY = names(
            "Forwarded",
            "X-Real-IP",
            "X-Device-Id",
            "X-Client-IP",
            "X-Cluster-Client-IP",
            "X-Original-Host",
            "X-Original-URL",
            "X-Original-For",
            "X-Rewrite-URL",
            "X-ProxyUser-Ip",
            "X-Remote-Addr",
            "X-Remote-IP",
            "X-Remote-User",
            "Remote-User",
            "Client-IP",
            "True-Client-IP",
            "CF-Connecting-IP",
            "Fastly-Client-IP",
            "X-Azure-ClientIP",
            "X-MSISDN",
            "X-Nokia-MSISDN",
            "X-UP-Calling-Line-ID",
            "X-WAP-MSISDN",
            "X-IMSI",
            "X-IMEI",
            "Msisdn");

    /** Written by us as well, from what a trusted peer said and what we see. */
    private static final Set<HttpString> FORWARDING = names(
            "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "Forwarded", "X-Real-IP");

    /** Never in a trailer: framing, routing and identity (RFC 9110 section 6.5.1). */
    private static final Set<HttpString> NOT_IN_TRAILERS =
            names("Host", "Content-Encoding", "Content-Type", "Content-Range", "Authorization", "Cookie", "Set-Cookie");

    private Fields() {}

    static boolean isHopByHop(HttpString name) {
        return HOP_BY_HOP.contains(name);
    }

    /** Whether a field of a request is passed on as it is. */
    static boolean passes(HttpString name, boolean trusted) {
        if (HOP_BY_HOP.contains(name)
                || OURS.contains(name)
                || FORWARDING.contains(name)
                || startsWith(name, SITES_PREFIX)) {
            return false;
        }
        return trusted || !isIdentity(name);
    }

    static boolean passesAsTrailer(HttpString name) {
        return passes(name, false) && !NOT_IN_TRAILERS.contains(name);
    }

    private static boolean isIdentity(HttpString name) {
        return IDENTITY.contains(name) || startsWith(name, FORWARDED_PREFIX);
    }

    /** The names that {@code Connection} adds to those about one connection; empty almost always. */
    static Set<HttpString> named(HeaderMap headers) {
        HeaderValues connection = headers.get(Headers.CONNECTION);
        return connection == null ? Set.of() : named(connection);
    }

    private static Set<HttpString> named(List<String> connection) {
        Set<HttpString> names = Set.of();
        for (int i = 0; i < connection.size(); i++) {
            String options = connection.get(i);
            if (options.equalsIgnoreCase("keep-alive") || options.equalsIgnoreCase("close")) {
                continue;
            }
            for (String option : options.split(",")) {
                String name = option.strip();
                if (Syntax.isToken(name)) {
                    names = names.isEmpty() ? new HashSet<>() : names;
                    names.add(new HttpString(name));
                }
            }
        }
        return names;
    }

    /** The same of a response. */
    static Set<HttpString> named(ResponseHead head) {
        List<String> connection = List.of();
        for (int i = 0; i < head.fields(); i++) {
            if (head.isNamed(i, "connection")) {
                connection = connection.isEmpty() ? new ArrayList<>() : connection;
                connection.add(head.value(i));
            }
        }
        return named(connection);
    }

    /** Whether a list field names {@code token} in any of its lines. */
    static boolean lists(HeaderMap headers, HttpString field, String token) {
        HeaderValues values = headers.get(field);
        if (values != null) {
            for (int i = 0; i < values.size(); i++) {
                if (Syntax.lists(values.get(i), token)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean startsWith(HttpString name, String lower) {
        if (name.length() < lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            byte b = name.byteAt(i);
            if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static Set<HttpString> names(String... names) {
        Set<HttpString> set = new HashSet<>();
        for (String name : names) {
            set.add(new HttpString(name));
        }
        return Set.copyOf(set);
    }
}
