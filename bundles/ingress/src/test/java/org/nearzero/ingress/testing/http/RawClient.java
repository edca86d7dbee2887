package org.nearzero.ingress.testing.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that sends exactly the bytes it is told to, and reads exactly what comes back. */
public final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = (int) IngressFixture.PATIENCE.toMillis();

    private final Socket socket;
    private final MessageReader reader;

    public RawClient(int port) throws IOException {
        this(port, 0);
    }

    /** @param receiveBuffer bytes that it takes at most before it reads; 0: as many as the system likes */
    public RawClient(int port, int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        reader = new MessageReader(socket.getInputStream());
    }

    public RawClient send(String latin1) throws IOException {
        return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Sends as far as the other side takes it. */
    public RawClient sendWhatIsTaken(byte[] bytes) {
        try {
            send(bytes);
        } catch (IOException e) {
            // It had enough.
        }
        return this;
    }

    /** The next response, an interim one included. */
    public Message response() throws IOException {
        return reader.response(false);
    }

    /** The next response, to a HEAD. */
    public Message responseToHead() throws IOException {
        return reader.response(true);
    }

    /** The next response; null if the connection ended without one. */
    public Message responseOrEnd() throws IOException {
        try {
            return response();
        } catch (java.net.SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return null;
        }
    }

    /** Reads some bytes, whatever they are. @return how many; -1 at the end */
    public int read(byte[] into) throws IOException {
        return reader.read(into);
    }

    /** Waits until something has come, and leaves it there. @return how many bytes have; -1 at the end */
    public int peek(byte[] into) throws IOException {
        return reader.peek(into);
    }

    /** Whether the other side closed and sent nothing more; waits for either. */
    public boolean isClosedByPeer() throws IOException {
        try {
            return reader.read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return true;
        }
    }

    /** Says that it sends no more, and goes on reading. */
    public RawClient halfClose() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Goes with an RST. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Goes with a FIN. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
