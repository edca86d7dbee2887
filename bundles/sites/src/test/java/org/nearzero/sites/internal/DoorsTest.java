package org.nearzero.sites.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.PopId;

class DoorsTest {
    @ParameterizedTest
    @ValueSource(strings = {"mec-1.example:7443", "10.0.0.1:1", "[2001:db8::1]:65535", "localhost:80"})
    void readsBackWhatItWrites(String text) {
        assertEquals(text, Doors.text(Doors.parse("doors", text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                "host:0",
                "host:65536",
                "host:",
                ":1",
                "::1:80",
                "a,dns:b:1",
                "a b:1",
                "http://a:1",
                "a/b:1",
                "-a:1"
            })
    void refusesWhatIsNoDoor(String text) {
        assertThrows(InvalidInputException.class, () -> Doors.parse("doors", text));
    }

    @Test
    void aPeerIsNamedOrLookedUp() {
        assertEquals(
                new PeerAddress.Named(new PopId("mec-2"), new Endpoint("mec-2.example", 7443)),
                PeerAddress.parse("peers", "mec-2@mec-2.example:7443"));
        assertEquals(new PeerAddress.Dns("mec.example", 7443), PeerAddress.parse("peers", "dns:mec.example:7443"));
    }

    @Test
    void aPeerWithoutANameIsRefused() {
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> PeerAddress.parse("peers", "mec-2.example:7443"));
        assertEquals("peers: mec-2.example:7443 (expected: pop@host:port, or dns:name:port)", refused.getMessage());
    }
}
