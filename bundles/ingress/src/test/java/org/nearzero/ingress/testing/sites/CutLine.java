package org.nearzero.ingress.testing.sites;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.nearzero.api.model.Endpoint;

/**
 * A line to a door that can be cut as a cable is: from then on nothing gets through on any connection, old or new, and nobody is told.
 * Once it is mended, what was under way arrives.
 */
public final class CutLine implements AutoCloseable {
    private final Endpoint target;
    private final ServerSocket near;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Object guard = new Object();
    private boolean cut;
    private volatile boolean closed;

    /** To a door, whole at first. */
    public CutLine(Endpoint target) {
        this.target = target;
        try {
            near = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    /** Where this end of it is. */
    public Endpoint endpoint() {
        return new Endpoint("127.0.0.1", near.getLocalPort());
    }

    /** How many connections were made over it. */
    public int connections() {
        return connections.get();
    }

    /** Cuts it, or mends it. */
    public void cut(boolean now) {
        synchronized (guard) {
            cut = now;
            guard.notifyAll();
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "line");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket from = near.accept();
                sockets.add(from);
                connections.incrementAndGet();
                Socket to = new Socket(target.host(), target.port());
                sockets.add(to);
                start(() -> carry(from, to));
                start(() -> carry(to, from));
            } catch (IOException e) {
                return; // it is closed, or the door is
            }
        }
    }

    private void carry(Socket from, Socket to) {
        byte[] bytes = new byte[8192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                awaitWhole();
                out.write(bytes, 0, n);
            }
            awaitWhole();
        } catch (IOException e) {
            // One of both has gone.
        }
    }

    private void awaitWhole() throws IOException {
        synchronized (guard) {
            try {
                while (cut && !closed) {
                    guard.wait();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        cut(false);
        try {
            near.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
