package org.nearzero.ingress.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.nearzero.api.model.Endpoint;
import org.xnio.IoFuture;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;

/**
 * One attempt to connect to an instance, or to a door of a homebase, which then has to prove whose it is. Ends once: connected, failed,
 * or given up. One I/O thread.
 */
final class Attempt implements Handshake.Ended {
    /** Hears how it ends, unless it is given up. */
    interface Ended {
        void connected(Attempt ended, StreamConnection connection);

        void failed(Attempt ended, String why);
    }

    private static final OptionMap OPTIONS = OptionMap.create(Options.TCP_NODELAY, true, Options.KEEP_ALIVE, true);

    final Backend backend;
    final Endpoint endpoint;
    final long begunAt = System.nanoTime();

    private final Loop loop;
    private final Peers peers;
    private final Ended ended;
    private Handshake handshake;
    private IoFuture<StreamConnection> future;
    private boolean over;

    Attempt(Loop loop, Peers peers, Backend backend, Endpoint endpoint, Ended ended) {
        this.loop = loop;
        this.peers = peers;
        this.backend = backend;
        this.endpoint = endpoint;
        this.ended = ended;
    }

    /** How it ends may be told before this returns: a refusal from the same machine comes at once. */
    void start() {
        backend.opening();
        if (isLiteral(endpoint.host())) {
            resolve();
        } else {
            // A name is looked up for each connection, off the I/O threads: instances move.
            loop.thread.getWorker().execute(this::resolve);
        }
    }

    void giveUp() {
        if (!over) {
            over = true;
            backend.gone();
            backend.silence().untried();
            if (future != null) {
                future.cancel();
            }
            if (handshake != null) {
                handshake.giveUp();
            }
        }
    }

    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || Character.isDigit(host.charAt(host.length() - 1));
    }

    private void resolve() {
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port());
            onLoop(() -> connect(address));
        } catch (UnknownHostException e) {
            onLoop(() -> failed("unknown host " + endpoint.host()));
        }
    }

    private void connect(InetSocketAddress address) {
        if (over) {
            return;
        }
        future = loop.thread.openStreamConnection(address, this::connected, OPTIONS);
        future.addNotifier(
                new IoFuture.HandlingNotifier<StreamConnection, Void>() {
                    @Override
                    public void handleFailed(IOException cause, Void nothing) {
                        onLoop(() -> failed(cause.getMessage()));
                    }
                },
                null);
    }

    private void connected(StreamConnection connection) {
        if (over) {
            IoUtils.safeClose(connection);
        } else if (backend.isRelay()) {
            handshake = new Handshake(loop, peers, backend.relay().homebase(), this);
            handshake.start(connection);
        } else {
            secured(connection);
        }
    }

    @Override
    public void secured(StreamConnection connection) {
        over = true;
        backend.silence().end(System.nanoTime());
        ended.connected(this, connection);
    }

    @Override
    public void impostor(String who) {
        failed("it proves to be " + who);
    }

    @Override
    public void failed(String why) {
        if (!over) {
            over = true;
            backend.gone();
            backend.silence().end(System.nanoTime());
            ended.failed(this, why);
        }
    }

    private void onLoop(Runnable task) {
        if (Thread.currentThread() == loop.thread) {
            task.run();
        } else {
            loop.execute(task);
        }
    }
}
