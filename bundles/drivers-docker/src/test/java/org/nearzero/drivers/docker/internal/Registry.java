package org.nearzero.drivers.docker.internal;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.nearzero.api.driver.ImageManifest;
import org.nearzero.api.driver.ImageManifest.Part;

/** A registry of one image, as much of one as an engine on this machine needs to pull it (OCI distribution specification). */
final class Registry implements AutoCloseable {
    private static final String TYPE = "application/vnd.docker.distribution.manifest.v2+json";

    /** How a TLS handshake begins. An engine tries that first, and goes on without if it is hung up on. */
    private static final int TLS = 0x16;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Path directory;
    private final byte[] manifest;
    private final String digest;

    /** Serves an image from the files of its parts. */
    Registry(ImageManifest image, Path directory) throws IOException {
        this.directory = directory;
        String layers = image.layers().stream()
                .map(layer -> descriptor("application/vnd.docker.image.rootfs.diff.tar", layer))
                .collect(Collectors.joining(","));
        String text = "{\"schemaVersion\":2,\"mediaType\":\"" + TYPE + "\",\"config\":"
                + descriptor("application/vnd.docker.container.image.v1+json", image.config()) + ",\"layers\":["
                + layers
                + "]}";
        manifest = text.getBytes(StandardCharsets.UTF_8);
        digest = SavedImageTest.part(text).digest();
        Thread accepting = new Thread(this::accept, "registry");
        accepting.setDaemon(true);
        accepting.start();
    }

    private static String descriptor(String type, Part part) {
        return "{\"mediaType\":\"" + type + "\",\"size\":" + part.bytes() + ",\"digest\":\"" + part.digest() + "\"}";
    }

    /** Its image, by the digest of its manifest. */
    String image() {
        return "127.0.0.1:" + server.getLocalPort() + "/acme/shop@" + digest;
    }

    String digest() {
        return digest;
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = server.accept();
                Thread answering = new Thread(() -> serve(connection), "registry");
                answering.setDaemon(true);
                answering.start();
            }
        } catch (IOException e) {
            // It was closed.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            BufferedInputStream in = new BufferedInputStream(connection.getInputStream());
            in.mark(1);
            if (in.read() == TLS) {
                return;
            }
            in.reset();
            BufferedReader head = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            String[] request = head.readLine().split(" ");
            while (!head.readLine().isEmpty()) {
                continue;
            }
            answer(request[0].equals("HEAD"), request[1], connection.getOutputStream());
        } catch (IOException | RuntimeException e) {
            // The engine has gone.
        }
    }

    private void answer(boolean headOnly, String path, OutputStream out) throws IOException {
        if (path.equals("/v2/")) {
            head(out, "application/json", 0);
        } else if (path.contains("/manifests/")) {
            head(out, TYPE + "\r\nDocker-Content-Digest: " + digest, manifest.length);
            if (!headOnly) {
                out.write(manifest);
            }
        } else {
            Path blob = directory.resolve(path.substring(path.lastIndexOf(':') + 1));
            head(out, "application/octet-stream", Files.size(blob));
            if (!headOnly) {
                Files.copy(blob, out);
            }
        }
    }

    private static void head(OutputStream out, String type, long bytes) throws IOException {
        String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: " + type + "\r\nContent-Length: " + bytes
                + "\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
