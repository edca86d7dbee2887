package org.nearzero.api.model;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which requests belong to an application: those for a host name, or for any, whose path starts with a prefix. The exact host
 * goes before any host; among equals the longest prefix wins. A prefix matches whole segments: {@code /shop} matches
 * {@code /shop} and {@code /shop/cart}, not {@code /shopping}.
 *
 * @param host a host name in lower case without port, or {@code *} for any
 * @param pathPrefix starts with {@code /}; {@code /} for every path; no trailing slash otherwise
 */
public record RouteMatch(String host, String pathPrefix) {
    private static final Pattern HOST =
            Pattern.compile("\\*|[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");
    private static final Pattern PREFIX = Pattern.compile("/|(/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)+");

    /** @throws InvalidInputException with every problem found */
    public RouteMatch {
        host = host == null ? null : host.toLowerCase(Locale.ROOT);
        Problems.check()
                .expect(
                        host != null
                                && host.length() <= 253
                                && HOST.matcher(host).matches(),
                        "host",
                        host,
                        "a host name without port, or *")
                .expect(
                        pathPrefix != null
                                && pathPrefix.length() <= 1024
                                && PREFIX.matcher(pathPrefix).matches(),
                        "pathPrefix",
                        pathPrefix,
                        "/ or /segment[/segment...], at most 1024 characters")
                .expect(
                        !"*".equals(host) || !"/".equals(pathPrefix),
                        "host",
                        host,
                        "a host name, or * together with a pathPrefix other than /")
                .throwIfAny();
    }

    @Override
    public String toString() {
        return "/".equals(pathPrefix) ? host : host + pathPrefix;
    }
}
