package org.nearzero.drivers.docker.internal;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.nearzero.api.model.Problems;

/**
 * How the driver talks to its engine, and what it imposes on every container. Immutable.
 *
 * @param host the engine's socket, {@code unix:///absolute/path}: containers are published on 127.0.0.1, so the engine is on
 *     this machine
 * @param connectTimeout for a first answer when connecting anew, 100 ms to 1 min
 * @param callTimeout after which a call counts as not answered, 1 s to 10 min; must exceed what a start takes on a busy machine
 * @param reconnectMax longest pause between two attempts to reach an engine that is gone, 100 ms to 1 min
 * @param maxConcurrentCalls calls to the engine at once, 2 to 256; more wait in line
 * @param pull whether an image that the engine does not hold is pulled
 * @param registryTimeout for the first sign of life of a registry, 100 ms to 10 min
 * @param pullTimeout for a whole pull, and for moving a whole image from or to another engine, 1 s to 24 h
 * @param user {@code user[:group]} for images that would run as root; empty: as the image says, root included
 * @param tmpfsBytes size of the writable {@code /tmp}, which counts as the instance's memory, 0 (none) to 1 TiB
 * @param tmpfsExec whether files in {@code /tmp} may be executed
 * @param init whether a small init reaps orphans and passes signals on
 * @param network name of a bridge network that the engine has; never {@code host}, {@code none} or {@code container:...}
 * @param logBytes of output kept for each container, 16 KiB to 1 GiB
 */
public record DockerSettings(
        URI host,
        Duration connectTimeout,
        Duration callTimeout,
        Duration reconnectMax,
        int maxConcurrentCalls,
        boolean pull,
        Duration registryTimeout,
        Duration pullTimeout,
        String user,
        long tmpfsBytes,
        boolean tmpfsExec,
        boolean init,
        String network,
        long logBytes) {
    private static final Pattern USER =
            Pattern.compile("([A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?)?");
    private static final Pattern NETWORK = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");
    private static final Set<String> NO_BRIDGE = Set.of("host", "none");
    private static final long KIB = 1024;
    private static final Duration TENTH = Duration.ofMillis(100);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** @throws org.nearzero.api.model.InvalidInputException with every problem found */
    public DockerSettings {
        Problems.check()
                .expect(isSocket(host), "host", host, "unix:///absolute/path of the engine's socket")
                .range("connectTimeout", connectTimeout, TENTH, MINUTE)
                .range("callTimeout", callTimeout, SECOND, Duration.ofMinutes(10))
                .range("reconnectMax", reconnectMax, TENTH, MINUTE)
                .range("maxConcurrentCalls", maxConcurrentCalls, 2, 256)
                .range("registryTimeout", registryTimeout, TENTH, Duration.ofMinutes(10))
                .range("pullTimeout", pullTimeout, SECOND, Duration.ofHours(24))
                .matches("user", user, USER, "user or user:group, by name or number, or nothing")
                .range("tmpfsBytes", tmpfsBytes, 0, KIB * KIB * KIB * KIB)
                .expect(
                        isBridge(network),
                        "network",
                        network,
                        "the name of a bridge network; not host, none or container:...")
                .range("logBytes", logBytes, 16 * KIB, KIB * KIB * KIB)
                .throwIfAny();
    }

    /** The settings of an engine in its usual place. */
    public static DockerSettings defaults() {
        return at("unix:///var/run/docker.sock");
    }

    /** The default settings for an engine at {@code unix:///path}. */
    public static DockerSettings at(String host) {
        return new DockerSettings(
                URI.create(host),
                Duration.ofSeconds(5),
                MINUTE,
                Duration.ofSeconds(2),
                16,
                true,
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                "65534:65534",
                16 * KIB * KIB,
                false,
                true,
                "bridge",
                KIB * KIB);
    }

    /** The path of the engine's socket. */
    public String socket() {
        return host.getPath();
    }

    private static boolean isSocket(URI host) {
        return host != null
                && "unix".equals(host.getScheme())
                && host.getPath() != null
                && host.getPath().length() > 1;
    }

    private static boolean isBridge(String network) {
        return network != null && NETWORK.matcher(network).matches() && !NO_BRIDGE.contains(network);
    }
}
