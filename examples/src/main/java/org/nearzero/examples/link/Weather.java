package org.nearzero.examples.link;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a link does to what it carries.
 *
 * @param delay each way, at least 0
 * @param loss the share of packets of {@value #PACKET} bytes that are lost, 0 to below 1. TCP sends a lost one again after its retransmission
 *     timeout, so a loss shows as a pause, not as a gap
 * @param cut whether nothing gets through at all; it is held, as TCP would send it over and over, until the link is mended
 */
public record Weather(Duration delay, double loss, boolean cut) {
    static final int PACKET = 1_460;

    /** No delay, no loss. */
    public static final Weather FINE = new Weather(Duration.ZERO, 0, false);

    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(200); // Linux's TCP_RTO_MIN

    public Weather {
        requireNonNull(delay, "delay");
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay: " + delay + " (expected: >= 0)");
        }
        if (!(loss >= 0 && loss < 1)) {
            throw new IllegalArgumentException("loss: " + loss + " (expected: 0 to below 1)");
        }
    }

    /** The same weather with nothing getting through. */
    public Weather cutOff() {
        return new Weather(delay, loss, true);
    }

    /** How long a lost packet takes longer: a round trip and the sender's timeout. */
    Duration pause() {
        return delay.multipliedBy(2).plus(SHORTEST_TIMEOUT);
    }

    /** The chance that at least one packet of so many bytes is lost. */
    double lossOf(int bytes) {
        int packets = (bytes + PACKET - 1) / PACKET;
        return 1 - Math.pow(1 - loss, packets);
    }
}
