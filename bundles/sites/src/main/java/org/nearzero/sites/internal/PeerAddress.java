package org.nearzero.sites.internal;

import static java.util.Objects.requireNonNull;

import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Problems;

/** Where a peer is looked for. */
public sealed interface PeerAddress {
    /**
     * A site that is known by name: {@code pop@host:port}.
     *
     * @param popId whom the certificate at that door has to name
     * @param door where
     */
    record Named(PopId popId, Endpoint door) implements PeerAddress {
        public Named {
            requireNonNull(popId, "popId");
            requireNonNull(door, "door");
        }
    }

    /**
     * Whoever is behind a name in the DNS, which is looked up again and again: {@code dns:name:port}.
     *
     * @param name the host name, which may have several addresses
     */
    record Dns(String name, int port) implements PeerAddress {
        public Dns {
            requireNonNull(name, "name");
        }
    }

    /** @throws org.nearzero.api.model.InvalidInputException if it has none of these forms */
    static PeerAddress parse(String field, String text) {
        if (text.startsWith("dns:")) {
            Endpoint door = Doors.parse(field, text.substring("dns:".length()));
            return new Dns(door.host(), door.port());
        }
        int at = text.indexOf('@');
        Problems.check()
                .expect(at > 0, field, text, "pop@host:port, or dns:name:port")
                .throwIfAny();
        Problems problems = Problems.check();
        PopId popId = problems.part(field, null, () -> new PopId(text.substring(0, at)));
        Endpoint door = problems.part("", null, () -> Doors.parse(field, text.substring(at + 1)));
        problems.throwIfAny();
        return new Named(popId, door);
    }
}
