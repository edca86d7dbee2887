package org.nearzero.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.nearzero.examples.link.Link;
import org.nearzero.examples.link.Weather;

/** Three sites, a process each, on one engine. The first is the homebase. Between them lies a line each, which can be long and lossy. */
final class ThreeSites implements AutoCloseable {
    static final List<String> NAMES = List.of("bench-a", "bench-b", "bench-c");

    private final Path directory;
    private final List<Link> links = new ArrayList<>();
    private final List<Child> children = new ArrayList<>();
    private final Map<String, InetSocketAddress> doors = new ConcurrentHashMap<>();
    private final MigrationBook book;

    /** Starts them; what they say of migrations is written down in {@code book}. */
    ThreeSites(Weather weather, MigrationBook book) throws IOException {
        this.book = book;
        directory = Files.createTempDirectory("nearzero-migrations");
        SiteCertificates certificates = new SiteCertificates(directory.resolve("authority"));
        String peer = "";
        try {
            for (String name : NAMES) {
                int port = freePort();
                Link link = new Link(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), weather, port);
                links.add(link);
                String door = "127.0.0.1:" + link.port();
                start(name, certificates.site(name), port, door, peer);
                peer = peer.isEmpty() ? name + "@" + door : peer;
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Where users of a site connect to. */
    InetSocketAddress door(String name) {
        return doors.get(name);
    }

    @Override
    public void close() {
        children.forEach(Child::close);
        links.forEach(Link::close);
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            System.err.println("left over: " + directory + ": " + e.getMessage());
        }
    }

    private void start(String name, Path certificates, int port, String door, String peer) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                name, certificates.toString(), directory.resolve(name + ".mv").toString(), "" + port, door));
        if (!peer.isEmpty()) {
            arguments.add(peer);
        }
        Child child = Child.java(Map.of(), MigrationSite.class.getName(), arguments.toArray(String[]::new));
        children.add(child);
        String line = child.line();
        while (!line.startsWith("ingress ")) {
            book.said(name, line);
            line = child.line();
        }
        doors.put(
                name,
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), Integer.parseInt(line.substring(line.lastIndexOf(':') + 1))));
        Thread reader = new Thread(() -> read(name, child), "said by " + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read(String name, Child child) {
        try {
            while (true) {
                book.said(name, child.line());
            }
        } catch (IOException e) {
            // It has ended. If it was not told to, the requests tell.
        }
    }

    /** A port that was free just now: a line has to know where its other end will be before there is one. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
