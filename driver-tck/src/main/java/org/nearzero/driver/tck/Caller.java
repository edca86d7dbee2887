package org.nearzero.driver.tck;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.nearzero.api.model.Endpoint;

/** One connection to an instance, good for one HTTP/1.0 request. Bare sockets, so that it can be held open and looked at. */
final class Caller implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;

    private final Socket socket;
    private final String host;

    private Caller(Socket socket, String host) {
        this.socket = socket;
        this.host = host;
    }

    static Caller connect(Endpoint endpoint) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), CONNECT_MILLIS);
            return new Caller(socket, endpoint.toString());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The body of a 200 answer. */
    static String get(Endpoint endpoint, String path) throws IOException {
        return get(endpoint, path, Duration.ofSeconds(5));
    }

    static String get(Endpoint endpoint, String path, Duration timeout) throws IOException {
        try (Caller caller = connect(endpoint)) {
            return caller.get(path, timeout);
        }
    }

    static List<String> lines(Endpoint endpoint, String path) throws IOException {
        return get(endpoint, path).lines().toList();
    }

    /** Whether nobody accepts connections there. */
    static boolean refused(Endpoint endpoint) throws IOException {
        try (Caller caller = connect(endpoint)) {
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    /** Whether a request stays without an answer for that long. */
    static boolean silent(Endpoint endpoint, String path, Duration howLong) throws IOException {
        try {
            get(endpoint, path, howLong);
            return false;
        } catch (SocketTimeoutException | ConnectException e) {
            return true;
        }
    }

    String get(String path, Duration timeout) throws IOException {
        socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
        OutputStream out = socket.getOutputStream();
        out.write(("GET " + path + " HTTP/1.0\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String statusLine = answer.lines().findFirst().orElse("");
        if (!statusLine.matches("HTTP/1\\.[01] 200( .*)?")) {
            throw new IOException("GET " + path + " at " + host + ": "
                    + (statusLine.isEmpty() ? "closed without an answer" : statusLine) + " (expected: 200)");
        }
        int body = answer.indexOf("\r\n\r\n");
        return body < 0 ? "" : answer.substring(body + 4);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
