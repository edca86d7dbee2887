package org.nearzero.management.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps out whom the API is not for. A web page that a user of this machine happens to look at can send requests to any address
 * of it: with a name of its own that it lets point here (DNS rebinding), which shows in {@code Host}, or straight, which shows in
 * {@code Origin}.
 */
final class Guard {
    private static final String BEARER = "Bearer ";

    private final Set<String> hosts = new HashSet<>();
    private final Optional<String> token;

    Guard(ManagementSettings settings, Optional<String> token) {
        hosts.add(settings.host().toLowerCase(Locale.ROOT));
        settings.hostNames().forEach(name -> hosts.add(name.toLowerCase(Locale.ROOT)));
        this.token = token;
    }

    /**
     * Lets a request pass.
     *
     * @param host its {@code Host}, empty if it has none; so for the others
     * @throws Failure if it must not
     */
    void check(String host, List<String> origins, String authorization) {
        String name = name(host);
        if (!ManagementSettings.isLoopback(name) && !hosts.contains(name)) {
            throw new Failure(
                    403,
                    "PERMISSION_DENIED",
                    "Host: " + (host.isEmpty() ? "missing" : host)
                            + " is no name of this API (expected: localhost, or one"
                            + " of hostNames in org.nearzero.management)");
        }
        for (String origin : origins) {
            if (!origin.equalsIgnoreCase("http://" + host)) {
                throw new Failure(
                        403, "PERMISSION_DENIED", "Origin: " + origin + " (expected: none, or http://" + host + ")");
            }
        }
        if (token.isPresent() && !shows(authorization, token.get())) {
            throw new Failure(
                            401,
                            "UNAUTHENTICATED",
                            "Authorization: " + (authorization.isEmpty() ? "missing" : "wrong")
                                    + " (expected: Bearer and the content of the platform's token file)")
                    .with("WWW-Authenticate", "Bearer");
        }
    }

    /** The name of a {@code Host}: without port, brackets and upper case. */
    private static String name(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        if (lower.startsWith("[")) {
            int end = lower.indexOf(']');
            return end < 0 ? lower : lower.substring(1, end);
        }
        int colon = lower.indexOf(':');
        return colon < 0 ? lower : lower.substring(0, colon);
    }

    /** Compares in a time that does not tell how much of a guess is right. */
    private static boolean shows(String authorization, String token) {
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && MessageDigest.isEqual(
                        authorization.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8),
                        token.getBytes(StandardCharsets.UTF_8));
    }
}
