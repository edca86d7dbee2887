package org.nearzero.ingress.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.model.InvalidInputException;

class NetworkTest {
    private static boolean contains(String cidr, String address) throws UnknownHostException {
        return Network.of(cidr).contains(InetAddress.getByName(address));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, 11.0.0.0",
        "10.1.2.3/8, 10.0.0.0, 9.255.255.255",
        "192.168.4.0/22, 192.168.7.255, 192.168.8.0",
        "192.168.4.0/31, 192.168.4.1, 192.168.4.2",
        "127.0.0.1, 127.0.0.1, 127.0.0.2",
        "255.255.255.255/1, 128.0.0.0, 127.255.255.255",
        "0.0.0.0/0, 203.0.113.9, ::1",
        "fd00::/8, fdff::1, fe00::1",
        "2001:db8::/33, 2001:db8:7fff::, 2001:db8:8000::",
        "::1, ::1, ::2",
        "::/0, 2001:db8::1, 10.0.0.1",
        "::ffff:10.0.0.1, 10.0.0.1, 10.0.0.2"
    })
    void holdsTheAddressesOfItsBlockAndNoOthers(String cidr, String inside, String outside) throws Exception {
        assertTrue(contains(cidr, inside));
        assertFalse(contains(cidr, outside));
        assertEquals(cidr, Network.of(cidr).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
                "10.0.0.0/x",
                "10.0.0/8",
                "10",
                "1.2.3.4.5",
                "256.1.1.1",
                "999.1.1.1",
                "...",
                "1..2.3",
                "010.0.0.1",
                "1.2.3.4 ",
                "localhost",
                "example.org/8",
                "::1/129",
                ":::",
                "1:2",
                ".:",
                "::1%lo",
                "fe80::1%1",
                "[::1]",
                "g::1",
                "::ffff:10.0.0.1/104"
            })
    void refusesWhatIsNoAddressAndLooksNothingUp(String cidr) {
        assertThrows(InvalidInputException.class, () -> Network.of(cidr));
    }
}
