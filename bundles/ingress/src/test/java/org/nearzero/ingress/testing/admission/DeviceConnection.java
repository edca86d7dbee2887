package org.nearzero.ingress.testing.admission;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.List;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import org.nearzero.api.model.Endpoint;

/** A device's connection to an ingress: sends what it is told, reads responses. One thread at a time. */
public final class DeviceConnection implements AutoCloseable {
    /** The host name that requests name unless told otherwise. */
    public static final String HOST = "shop.example";

    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream in;

    /** Connects. */
    public DeviceConnection(Endpoint to) {
        this(to, SocketFactory.getDefault());
    }

    /** Connects over TLS, with whatever certificate {@code context} shows. */
    public DeviceConnection(Endpoint to, SSLContext context) {
        this(to, context.getSocketFactory());
    }

    private DeviceConnection(Endpoint to, SocketFactory sockets) {
        try {
            socket = sockets.createSocket(to.host(), to.port());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a GET with more header fields, each a {@code Name: value}. */
    public DeviceConnection get(String path, String... fields) {
        return send(head("GET", path, fields));
    }

    /** Sends a GET that asks to switch to {@code protocol}. */
    public DeviceConnection upgrade(String path, String protocol) {
        return get(path, "Connection: Upgrade", "Upgrade: " + protocol, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    }

    /** The text of a request head. */
    public static String head(String method, String path, String... fields) {
        return headAt(HOST, method, path, fields);
    }

    /** The text of a request head for another host. */
    public static String headAt(String host, String method, String path, String... fields) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n");
        List.of(fields).forEach(field -> head.append(field).append("\r\n"));
        return head.append("\r\n").toString();
    }

    /** Sends text as it is. */
    public DeviceConnection send(String raw) {
        return send(Wire.bytes(raw));
    }

    /** Sends bytes as they are. */
    public DeviceConnection send(byte[] raw) {
        try {
            socket.getOutputStream().write(raw);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for a response and reads all of it; a 1xx counts as one. */
    public Response response() {
        try {
            List<String> head = Wire.head(in);
            if (head.isEmpty()) {
                throw new EOFException("closed without a response");
            }
            int status = Integer.parseInt(head.get(0).split(" ")[1]);
            var fields = Wire.fields(head);
            return new Response(status, fields, status < 200 ? new byte[0] : Wire.body(in, fields));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for so many bytes. */
    public byte[] read(int length) {
        try {
            return Wire.exactly(in, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the other side ends, in order or not. @return how many bytes came before */
    public int readToEnd() {
        try {
            return in.readAllBytes().length;
        } catch (java.net.SocketTimeoutException e) {
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            return 0; // reset
        }
    }

    /** Ends its sending side. */
    public DeviceConnection finish() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Breaks the connection with a reset, as a device does that loses its network and comes back. */
    public void abort() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
