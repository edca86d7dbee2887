package org.nearzero.drivers.docker.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether the engine puts its userland proxy ({@code docker-proxy}) before published ports. The engine's API does not
 * tell, but the machine does: without the proxy the engine lets its bridge forward 127.0.0.1 ({@code route_localnet}), and no
 * {@code docker-proxy} process holds the port. Both have to be seen; whatever cannot be seen counts as fronted, which only costs
 * the prober a stricter look.
 *
 * <p>Looked up once for each connection to an engine, at the first published port: reading /proc takes some milliseconds.
 */
final class Fronting {
    private static final Logger LOG = LoggerFactory.getLogger(Fronting.class);
    private static final String PROXY = "docker-proxy";

    private final Path proc;
    private volatile Optional<Boolean> known = Optional.empty();

    Fronting(Path proc) {
        this.proc = proc;
    }

    /** The engine may be another one now. */
    void forget() {
        known = Optional.empty();
    }

    /** Whether somebody else accepts on behalf of the container published at this port of 127.0.0.1. */
    boolean isFronted(int publishedPort) {
        Optional<Boolean> before = known;
        if (before.isPresent()) {
            return before.get();
        }
        boolean fronted = !aBridgeForwardsLoopback() || aProxyHolds(publishedPort);
        known = Optional.of(fronted);
        LOG.debug("published ports are fronted={}", fronted);
        return fronted;
    }

    private boolean aBridgeForwardsLoopback() {
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(proc.resolve("sys/net/ipv4/conf"))) {
            for (Path device : devices) {
                // `all` and `default` are switched on by nobody who has not thought about it; only devices are the
                // engine's.
                String name = device.getFileName().toString();
                if (!name.equals("all")
                        && !name.equals("default")
                        && text(device.resolve("route_localnet")).startsWith("1")) {
                    return true;
                }
            }
        } catch (IOException e) {
            LOG.debug("cannot look at the network devices", e);
        }
        return false;
    }

    private boolean aProxyHolds(int port) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                String[] words = text(process.resolve("cmdline")).split("\0");
                if (words[0].endsWith(PROXY)
                        && (" " + String.join(" ", words) + " ").contains(" -host-port " + port + " ")) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            LOG.debug("cannot look at the processes", e);
            return true;
        }
    }

    /** Empty where it cannot be read: processes end while one looks. */
    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
