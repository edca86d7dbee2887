package org.nearzero.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ways to one and the same server that are compared, each hop a process of its own. Ours share a site: the homebase serves its own
 * users, and those of the other site, which relays.
 */
final class RelayWays implements AutoCloseable {
    static final String DIRECT = "direct";
    static final String HAPROXY = "haproxy";
    static final String LOCAL = "local";
    static final String TWO_HAPROXY = "twoHaproxy";
    static final String TWO_HAPROXY_TLS = "twoHaproxyTls";
    static final String RELAY = "relay";

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Nobody listens there: where this is the server of a site, only another site can have answered. */
    private static final String NOWHERE = "1";

    /** One way: the port where it begins, and the processes that a request goes through before it comes to the server. */
    record Way(String name, int port, Map<String, Child> hops) {}

    private final Path directory;
    private final WarmProxies proxies;
    private final List<Child> open = new ArrayList<>();
    private final List<Way> ways = new ArrayList<>();
    private final Child server;
    private final int serverPort;

    /** Starts all of them. @param directory for what they write */
    RelayWays(Path directory) throws Exception {
        this.directory = directory;
        proxies = new WarmProxies(directory);
        serverPort = WarmProxies.freePort();
        server = opened(proxies.nginxServer(serverPort));
        try {
            ways.add(new Way(DIRECT, serverPort, Map.of()));
            oneHaproxy();
            SiteCertificates certificates = new SiteCertificates(directory.resolve("authority"));
            sites(certificates);
            twoHaproxy(TWO_HAPROXY, "", "");
            Path near = certificates.site("haproxy-near");
            Path far = certificates.site("haproxy-far");
            twoHaproxy(TWO_HAPROXY_TLS, "ssl verify required" + identity(far), "ssl verify required" + identity(near));
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    List<Way> all() {
        return List.copyOf(ways);
    }

    Way named(String name) {
        return ways.stream().filter(way -> way.name().equals(name)).findFirst().orElseThrow();
    }

    /** What is at the end of each way. */
    Child server() {
        return server;
    }

    @Override
    public void close() {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private void oneHaproxy() throws IOException, InterruptedException {
        int port = WarmProxies.freePort();
        ways.add(new Way(HAPROXY, port, Map.of("Hop", haproxy(HAPROXY, port, "", serverPort, ""))));
    }

    /** @param bind what the far one does with those who connect; @param connect what the near one does as it connects */
    private void twoHaproxy(String name, String bind, String connect) throws IOException, InterruptedException {
        int near = WarmProxies.freePort();
        int far = WarmProxies.freePort();
        Map<String, Child> hops = new LinkedHashMap<>();
        hops.put("Far", haproxy(name + "-far", far, bind, serverPort, ""));
        hops.put("Near", haproxy(name + "-near", near, "", far, connect));
        ways.add(new Way(name, near, hops));
    }

    private Child haproxy(String name, int port, String bind, int to, String connect)
            throws IOException, InterruptedException {
        return opened(proxies.haproxy(name, port, bind, to, connect)).listening(port);
    }

    /** HAProxy as a site of ours would be: TLS 1.3, and a certificate of the same authority, of the same kind. */
    private static String identity(Path site) throws IOException {
        return " ssl-min-ver TLSv1.3 ca-file " + SiteCertificates.authorityPem(site) + " crt "
                + SiteCertificates.pem(site);
    }

    private void sites(SiteCertificates certificates) throws Exception {
        Child homebase = site(certificates, "homebase", Integer.toString(serverPort));
        int local = homebase.port();
        String peer = "homebase@127.0.0.1:" + homebase.port();
        Child pop = site(certificates, "pop", NOWHERE, peer);
        int relay = pop.port();
        ways.add(new Way(LOCAL, local, Map.of("Homebase", homebase)));
        Map<String, Child> hops = new LinkedHashMap<>();
        hops.put("Pop", pop);
        hops.put("Homebase", homebase);
        ways.add(new Way(RELAY, relay, hops));
        answering(local);
        answering(relay);
    }

    private Child site(SiteCertificates certificates, String name, String... rest) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                name,
                certificates.site(name).toString(),
                directory.resolve(name + ".mv").toString()));
        arguments.addAll(List.of(rest));
        return opened(Child.java(Map.of(), RelaySite.class.getName(), arguments.toArray(String[]::new)));
    }

    /** Waits until the application is known there, and answers. */
    private static void answering(int port) throws InterruptedException {
        InetSocketAddress at = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        StringBuilder last = new StringBuilder();
        boolean answered = Rig.await(PATIENCE, () -> {
            try {
                OneRequest.get(at, WarmProxies.HOST);
                return true;
            } catch (IOException e) {
                last.replace(0, last.length(), e.getMessage());
                return false;
            }
        });
        if (!answered) {
            throw new IllegalStateException("the site at port " + port + " does not serve: " + last);
        }
    }

    private Child opened(Child each) {
        open.add(each);
        return each;
    }
}
