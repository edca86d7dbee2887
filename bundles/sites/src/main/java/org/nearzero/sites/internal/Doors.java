package org.nearzero.sites.internal;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.Problems;

/** Where sites are reached, as people write it: {@code host:port}, an IPv6 address in brackets. */
public final class Doors {
    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9A-Fa-f:.]{2,45})]|([^:\\[\\]]+)):(\\d{1,5})");

    /** Names and addresses alone: what is written here goes into certificates. */
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,62}\\.)*[A-Za-z0-9-]{0,63}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private Doors() {}

    /** @throws org.nearzero.api.model.InvalidInputException if it has not that form */
    public static Endpoint parse(String field, String text) {
        Matcher form = FORM.matcher(text.strip());
        boolean formed =
                form.matches() && Integer.parseInt(form.group(3)) >= 1 && Integer.parseInt(form.group(3)) <= 65_535;
        String host = !formed ? "" : form.group(1) != null ? form.group(1) : form.group(2);
        Problems.check()
                .expect(formed && HOST.matcher(host).matches(), field, text, "host:port, an IPv6 address in brackets")
                .throwIfAny();
        return new Endpoint(host, Integer.parseInt(form.group(3)));
    }

    static String text(Endpoint door) {
        return isIpv6(door.host()) ? "[" + door.host() + "]:" + door.port() : door.host() + ":" + door.port();
    }

    /** The subject alternative names for doors, in the words of keytool. */
    static List<String> alternativeNames(List<Endpoint> doors) {
        return doors.stream()
                .map(Endpoint::host)
                .distinct()
                .peek(Doors::expectHost)
                .map(host -> (isAddress(host) ? "ip:" : "dns:") + host)
                .toList();
    }

    private static void expectHost(String host) {
        Problems.check()
                .expect(host.length() <= 253 && HOST.matcher(host).matches(), "host", host, "a host name or address")
                .throwIfAny();
    }

    private static boolean isAddress(String host) {
        return isIpv6(host) || IPV4.matcher(host).matches();
    }

    private static boolean isIpv6(String host) {
        return host.indexOf(':') >= 0;
    }
}
