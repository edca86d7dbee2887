package org.nearzero.ingress.internal;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.nearzero.api.model.Endpoint;
import org.xnio.IoFuture;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;

/** One attempt to connect to an instance. Ends once: connected, failed, or given up. One I/O thread. */
final class Dial {
    private static final OptionMap OPTIONS = OptionMap.create(Options.TCP_NODELAY, true, Options.KEEP_ALIVE, true);

    private final Exchange exchange;
    private final Loop loop;
    private final Backend backend;
    private IoFuture<StreamConnection> attempt;
    private boolean over;

    Dial(Exchange exchange, Loop loop, Backend backend) {
        this.exchange = exchange;
        this.loop = loop;
        this.backend = backend;
    }

    /** Tells the exchange how it ends, perhaps before this returns: a refusal from the same machine comes at once. */
    void start() {
        backend.opening();
        Endpoint endpoint = backend.endpoint();
        if (isLiteral(endpoint.host())) {
            resolve(endpoint);
        } else {
            // A name is looked up for each connection, off the I/O threads: instances move.
            loop.thread.getWorker().execute(() -> resolve(endpoint));
        }
    }

    void giveUp() {
        if (!over) {
            over = true;
            backend.gone();
            if (attempt != null) {
                attempt.cancel();
            }
        }
    }

    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || Character.isDigit(host.charAt(host.length() - 1));
    }

    private void resolve(Endpoint endpoint) {
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port());
            onLoop(() -> connect(address));
        } catch (UnknownHostException e) {
            onLoop(() -> failed(new ConnectException("unknown host " + endpoint.host())));
        }
    }

    private void connect(InetSocketAddress address) {
        if (over) {
            return;
        }
        attempt = loop.thread.openStreamConnection(address, this::connected, OPTIONS);
        attempt.addNotifier(
                new IoFuture.HandlingNotifier<StreamConnection, Void>() {
                    @Override
                    public void handleFailed(IOException cause, Void nothing) {
                        onLoop(() -> failed(cause));
                    }
                },
                null);
    }

    private void connected(StreamConnection connection) {
        if (over) {
            IoUtils.safeClose(connection);
            return;
        }
        over = true;
        exchange.connected(new Upstream(loop, backend, connection));
    }

    private void failed(IOException cause) {
        if (!over) {
            over = true;
            backend.gone();
            exchange.notConnected(cause);
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
