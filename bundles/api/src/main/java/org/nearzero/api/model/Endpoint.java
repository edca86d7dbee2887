package org.nearzero.api.model;

/**
 * Where an instance accepts TCP connections.
 *
 * @param host an IP address or host name, not empty
 * @param port 1 to 65535
 * @param fronted whether somebody else accepts on the instance's behalf (Docker's userland proxy, say), so that an accepted
 *     connection does not yet prove that the instance itself listens
 */
public record Endpoint(String host, int port, boolean fronted) {
    /** @throws InvalidInputException if a part is out of range */
    public Endpoint {
        Problems.check()
                .expect(host != null && !host.isBlank(), "host", host, "an address or host name")
                .range("port", port, 1, 65_535)
                .throwIfAny();
    }

    /** An endpoint at which the instance itself accepts. */
    public Endpoint(String host, int port) {
        this(host, port, false);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
