package org.nearzero.examples.load;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What each connection of a load does: it asks for the path, waits for the whole answer, pauses, and asks again on the same
 * connection.
 *
 * @param host value of the {@code Host} field, by which the ingress knows the application
 * @param path path and query of the GET
 * @param pause between an answer and the next request of a connection, 0 to 10 min
 * @param timeout after which a request without a complete answer counts as lost, 1 ms to 10 min
 * @param requestsPerConnection after how many a new connection is opened, at least 1
 * @param maxRequests how many are made in all, at least 1
 * @param devices as how many devices it comes, each from an address of its own in 127.1.0.0/16, which it keeps when it connects anew: as many of them are
 *     there as there are connections; 0: from
 *     whatever address the machine gives, 0 to 60 000
 */
public record LoadPlan(
        String host,
        String path,
        Duration pause,
        Duration timeout,
        int requestsPerConnection,
        long maxRequests,
        int devices) {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    public LoadPlan {
        requireNonNull(host, "host");
        requireNonNull(path, "path");
        expect(!path.isEmpty() && path.charAt(0) == '/', "path", path, "starts with /");
        expect(!pause.isNegative() && pause.compareTo(LONGEST) <= 0, "pause", pause, "0 to 10 min");
        expect(timeout.toMillis() >= 1 && timeout.compareTo(LONGEST) <= 0, "timeout", timeout, "1 ms to 10 min");
        expect(requestsPerConnection >= 1, "requestsPerConnection", requestsPerConnection, ">= 1");
        expect(maxRequests >= 1, "maxRequests", maxRequests, ">= 1");
        expect(devices >= 0 && devices <= 60_000, "devices", devices, "0 to 60 000");
    }

    /** Without a pause, on connections that stay open, without end. */
    public static LoadPlan of(String host, String path) {
        return new LoadPlan(host, path, Duration.ZERO, Duration.ofSeconds(60), Integer.MAX_VALUE, Long.MAX_VALUE, 0);
    }

    /** The same with a pause. */
    public LoadPlan pausing(Duration newPause) {
        return new LoadPlan(host, path, newPause, timeout, requestsPerConnection, maxRequests, devices);
    }

    /** The same with so many requests in all. */
    public LoadPlan atMost(long requests) {
        return new LoadPlan(host, path, pause, timeout, requestsPerConnection, requests, devices);
    }

    /** The same with so many requests on each connection. */
    public LoadPlan perConnection(int requests) {
        return new LoadPlan(host, path, pause, timeout, requests, maxRequests, devices);
    }

    /** The same from so many devices. */
    public LoadPlan from(int number) {
        return new LoadPlan(host, path, pause, timeout, requestsPerConnection, maxRequests, number);
    }

    private static void expect(boolean condition, String field, Object value, String expected) {
        if (!condition) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: " + expected + ")");
        }
    }
}
