package org.nearzero.management.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.nearzero.api.model.InvalidInputException;
import org.nearzero.api.model.Problems;

/**
 * How the management API is offered.
 *
 * @param host the address that it listens on; one that other machines reach needs {@code remoteAllowed} and a token, since
 *     whoever may hand over an application may run a program here
 * @param port TCP port, 0 to 65535; 0: one that is free
 * @param tokenFile the file whose content a caller has to show as bearer token; made, with a random token, if it does not
 *     exist; empty: none needed
 * @param hostNames names, besides {@code localhost} and {@code host}, by which callers may address it, without port
 * @param remoteAllowed whether {@code host} may be one that other machines reach
 */
public record ManagementSettings(
        String host, int port, Optional<Path> tokenFile, List<String> hostNames, boolean remoteAllowed) {
    /** The port unless it is set. */
    public static final int DEFAULT_PORT = 7080;

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1|0:0:0:0:0:0:0:1");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,253}|[0-9A-Fa-f:.]{2,45}");

    /** @throws InvalidInputException with every problem found */
    public ManagementSettings {
        boolean named = host != null && NAME.matcher(host).matches();
        Problems problems = Problems.check()
                .expect(named, "host", host, "an address or host name")
                .range("port", port, 0, 65_535)
                .expect(tokenFile != null, "tokenFile", null, "a file or none")
                .expect(hostNames != null, "hostNames", null, "a list, may be empty");
        if (hostNames != null) {
            hostNames.forEach(name -> problems.matches("hostNames", name, NAME, "host names without port"));
        }
        if (named && !isLoopback(host)) {
            problems.expect(remoteAllowed, "host", host, "an address of this machine alone, or remoteAllowed=true")
                    .expect(tokenFile != null && tokenFile.isPresent(), "tokenFile", "", "a file, for host " + host);
        }
        problems.throwIfAny();
        hostNames = List.copyOf(hostNames);
    }

    /** The defaults at an address of this machine alone: no token needed. */
    public static ManagementSettings of(String host, int port) {
        return new ManagementSettings(host, port, Optional.empty(), List.of(), false);
    }

    /** The same with a token. */
    public ManagementSettings withTokenFile(Path file) {
        return new ManagementSettings(host, port, Optional.of(file), hostNames, remoteAllowed);
    }

    /** Whether a host name or address, without brackets, means this machine and no other can mean it so. */
    static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }
}
