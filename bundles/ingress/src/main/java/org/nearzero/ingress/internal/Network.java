package org.nearzero.ingress.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.nearzero.api.model.Problems;
import org.nearzero.ingress.core.Syntax;

/** A block of IP addresses in CIDR notation (RFC 4632): {@code 10.0.0.0/8}, {@code fd00::/8}, or one address. */
public final class Network {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private final byte[] prefix;
    private final int bits;
    private final String text;

    private Network(byte[] prefix, int bits, String text) {
        this.prefix = prefix;
        this.bits = bits;
        this.text = text;
    }

    /** @throws org.nearzero.api.model.InvalidInputException if {@code cidr} is no address or block; names are not looked up */
    public static Network of(String cidr) {
        int slash = cidr.indexOf('/');
        byte[] address = literal(slash < 0 ? cidr : cidr.substring(0, slash));
        int width = address == null ? 0 : address.length * 8;
        long bits = slash < 0 ? width : Syntax.length(cidr.substring(slash + 1));
        Problems.check()
                .expect(
                        address != null && bits >= 0 && bits <= width,
                        "",
                        cidr,
                        "an IP address or block, like 10.0.0.0/8")
                .throwIfAny();
        return new Network(address, (int) bits, cidr);
    }

    /** Whether {@code address} lies in the block. */
    public boolean contains(InetAddress address) {
        byte[] candidate = address.getAddress();
        if (candidate.length != prefix.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (candidate[i] != prefix[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        int mask = 0xFF << (8 - rest) & 0xFF;
        return rest == 0 || (candidate[whole] & mask) == (prefix[whole] & mask);
    }

    private static byte[] literal(String text) {
        boolean v4 = V4.matcher(text).matches();
        if (!v4 && !V6.matcher(text).matches()) {
            return null;
        }
        try {
            // Neither a whole IPv4 address nor what stands in brackets is ever looked up.
            return InetAddress.getByName(v4 ? text : "[" + text + "]").getAddress();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
