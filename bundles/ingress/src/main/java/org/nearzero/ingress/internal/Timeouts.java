package org.nearzero.ingress.internal;

import java.time.Duration;
import org.nearzero.api.model.Problems;

/**
 * How long the ingress waits for others, each 10 ms to 24 h. How long a connection waits for room is not among them: that is the
 * queue's deadline, and does not count against any of these.
 *
 * @param header for a request head, from its first byte on
 * @param keepAlive for the next request on a client's connection
 * @param body the window over which {@link Limits#minBodyBytesPerSecond} is measured, and without a byte of a body at all
 * @param connect for an instance to accept
 * @param response for the head of an instance's response, from the end of the request on
 * @param write without a client taking a byte of a response
 * @param upstreamIdle for a next use of an idle connection to an instance
 * @param halfClosed for the second side of an upgraded connection to close, once the first has and nothing flows
 * @param drain for connections in flight when the ingress closes
 */
public record Timeouts(
        Duration header,
        Duration keepAlive,
        Duration body,
        Duration connect,
        Duration response,
        Duration write,
        Duration upstreamIdle,
        Duration halfClosed,
        Duration drain) {
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofHours(24);

    /** Header 10 s, keep-alive 60 s, body 30 s, connect 2 s, response 5 min, write 60 s, idle 30 s, half closed 60 s, drain 10 s. */
    public static final Timeouts DEFAULT = new Timeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            Duration.ofMinutes(5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10));

    /** @throws org.nearzero.api.model.InvalidInputException with every problem found */
    public Timeouts {
        Problems.check()
                .range("header", header, SHORTEST, LONGEST)
                .range("keepAlive", keepAlive, SHORTEST, LONGEST)
                .range("body", body, SHORTEST, LONGEST)
                .range("connect", connect, SHORTEST, LONGEST)
                .range("response", response, SHORTEST, LONGEST)
                .range("write", write, SHORTEST, LONGEST)
                .range("upstreamIdle", upstreamIdle, SHORTEST, LONGEST)
                .range("halfClosed", halfClosed, SHORTEST, LONGEST)
                .range("drain", drain, SHORTEST, LONGEST)
                .throwIfAny();
    }
}
