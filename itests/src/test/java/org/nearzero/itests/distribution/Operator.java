package org.nearzero.itests.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.nearzero.itests.distribution.Installation.Outcome;

/**
 * An operator with an authority and several sites, each an installation and a process of its own, set up as the documentation says. The first
 * one has the authority and is whom the others look for.
 */
final class Operator implements AutoCloseable {
    private final Path directory;
    private final Map<String, Installation> sites = new LinkedHashMap<>();
    private final Map<String, Integer> doors = new LinkedHashMap<>();

    /** @param directory an empty one */
    Operator(Path directory) throws Exception {
        this.directory = directory;
    }

    /** A site's directory and configuration; neither certified nor started yet. */
    Installation site(String pop, String zone) throws IOException {
        int port = freePort();
        String peers = doors.isEmpty() ? "" : "\"" + first() + "@" + door(first()) + "\"";
        Installation site = new Installation(Files.createDirectory(directory.resolve(pop)))
                .onFreePorts()
                .withSites()
                .edited("\"popId\": \"pop-1\"", "\"popId\": \"" + pop + "\"")
                .edited("\"peerPort\": -1", "\"peerPort\": " + port)
                .edited("\"zoneId\": \"zone-1\"", "\"zoneId\": \"" + zone + "\"")
                .edited("pop-1.example:7443", "127.0.0.1:" + port)
                .edited("\"heartbeatMillis\": 2000", "\"heartbeatMillis\": 200")
                .edited("\"peers\": []", "\"peers\": [" + peers + "]");
        if (doors.isEmpty()) {
            site.edited("\"authorityDirectory\": \"\"", "\"authorityDirectory\": \"ca\"");
        }
        doors.put(pop, port);
        sites.put(pop, site);
        return site;
    }

    Installation at(String pop) {
        return sites.get(pop);
    }

    /** Where a site's peer door is. */
    String door(String pop) {
        return "127.0.0.1:" + doors.get(pop);
    }

    private String first() {
        return doors.keySet().iterator().next();
    }

    /** The directory of the authority, which is made with the first use. */
    Path authority() throws Exception {
        Path authority = at(first()).file("ca");
        if (!Files.exists(authority)) {
            ca("authority", authority.toString());
        }
        return authority;
    }

    /** A certificate that is made beside the authority, and carried to the site. */
    void certified(String pop) throws Exception {
        ca("site", authority().toString(), pop, "--door", door(pop));
        Files.move(authority().resolve(pop), at(pop).file("tls"));
    }

    /** A token by which a site joins. */
    String token(String pop) throws Exception {
        return ca("token", authority().toString(), pop, "--door", door(first()))
                .output()
                .strip();
    }

    /** What the command says to a site that wants to join. */
    Outcome join(String pop, String token) throws Exception {
        return at(first()).run("ca", "join", at(pop).file("tls").toString(), pop, token, "--door", door(pop));
    }

    private Outcome ca(String... arguments) throws Exception {
        String[] line = new String[arguments.length + 1];
        line[0] = "ca";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        Outcome outcome = at(first()).run(line);
        assertEquals(0, outcome.exit(), outcome.output());
        return outcome;
    }

    /** Waits until a command of a site's says something, and nothing of something else. */
    String awaitTold(String pop, String wanted, String... command) throws Exception {
        long deadline = System.nanoTime() + 60_000_000_000L;
        String told = at(pop).run(command).output();
        while (!told.replaceAll(" +", " ").contains(wanted)) {
            assertTrue(System.nanoTime() - deadline < 0, "expected: " + wanted + "\n but was: " + told);
            told = at(pop).run(command).output(); // each takes a third of a second
        }
        return told;
    }

    /** Waits until a site's log says something. */
    void awaitLogged(String pop, String wanted) throws IOException {
        Path log = at(pop).file("logs/nearzero.log");
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!Files.exists(log) || !Files.readString(log).contains(wanted)) {
            assertTrue(System.nanoTime() - deadline < 0, "expected in the log of " + pop + ": " + wanted);
            LockSupport.parkNanos(50_000_000);
        }
    }

    @Override
    public void close() throws Exception {
        for (Installation site : sites.values()) {
            site.run("stop");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
