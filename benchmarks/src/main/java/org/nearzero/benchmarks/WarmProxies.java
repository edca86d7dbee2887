package org.nearzero.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The proxies to be compared, each set up to keep its connections to the server open and to write no access log. */
final class WarmProxies {
    static final String HOST = "warm.example";
    private static final String BODY = "0123456789abcdef".repeat(4);

    private final Path directory;

    WarmProxies(Path directory) {
        this.directory = directory;
    }

    /** A port that was free a moment ago: these programs cannot be told to choose one and say which. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The server behind all of them. */
    Child nginxServer(int port) throws IOException, InterruptedException {
        return nginx("server", port, "", "return 200 \"" + BODY + "\";");
    }

    Child start(String name, int port, int backend) throws IOException, InterruptedException {
        String own = Integer.toString(port);
        String server = Integer.toString(backend);
        Child child =
                switch (name) {
                    case "nearzero" -> Child.java(Map.of(), WarmNearzero.class.getName(), own, server);
                    case "undertow" -> Child.java(Map.of(), WarmUndertow.class.getName(), own, server);
                    case "haproxy" -> haproxy(name, port, "", backend, "");
                    case "nginx" ->
                        nginx(
                                "proxy",
                                port,
                                "upstream server { server 127.0.0.1:" + backend + "; keepalive 64; }",
                                "proxy_pass http://server; proxy_http_version 1.1; proxy_set_header Connection \"\";");
                    default -> throw new IllegalArgumentException("name: " + name);
                };
        return child.listening(port);
    }

    /**
     * HAProxy between one port and another.
     *
     * @param name of its configuration
     * @param bind what it does with those who connect, as in the line {@code bind}
     * @param connect what it does as it connects, as in the line {@code server}
     */
    Child haproxy(String name, int port, String bind, int to, String connect) throws IOException {
        Path file = Files.writeString(directory.resolve(name + ".cfg"), """
                global
                  nbthread 2
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 60s
                  timeout server 60s
                  http-reuse always
                frontend front
                  bind 127.0.0.1:%d %s
                  default_backend back
                backend back
                  server one 127.0.0.1:%d %s
                """.formatted(port, bind, to, connect));
        return Child.of(Map.of(), List.of("haproxy", "-db", "-f", file.toString()));
    }

    private Child nginx(String name, int port, String upstream, String location)
            throws IOException, InterruptedException {
        Path file = Files.writeString(
                directory.resolve("nginx-" + name + ".conf"), """
                daemon off;
                worker_processes 2;
                pid %1$s/nginx-%2$s.pid;
                error_log stderr warn;
                events { worker_connections 8192; }
                http {
                  access_log off;
                  keepalive_requests 100000000;
                  client_body_temp_path %1$s/body-%2$s;
                  proxy_temp_path %1$s/proxy-%2$s;
                  fastcgi_temp_path %1$s/fastcgi-%2$s;
                  uwsgi_temp_path %1$s/uwsgi-%2$s;
                  scgi_temp_path %1$s/scgi-%2$s;
                  %3$s
                  server {
                    listen 127.0.0.1:%4$d;
                    location / { %5$s }
                  }
                }
                """.formatted(directory, name, upstream, port, location));
        return Child.of(Map.of(), List.of("nginx", "-e", "stderr", "-c", file.toString()))
                .listening(port);
    }
}
