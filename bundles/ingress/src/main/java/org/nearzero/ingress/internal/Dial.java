package org.nearzero.ingress.internal;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.nearzero.api.model.Endpoint;
import org.nearzero.ingress.internal.Patience.Awaited;
import org.xnio.IoFuture;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;

/**
 * Connects an exchange to its instance: a few attempts, each at another instance if one has room. Not made for an exchange that
 * finds an idle connection. One I/O thread.
 */
final class Dial {
    private static final OptionMap OPTIONS = OptionMap.create(Options.TCP_NODELAY, true, Options.KEEP_ALIVE, true);
    private static final int MAX_TRIES = 3;
    private static final long RETRY_AFTER_MILLIS = 50;

    private final Exchange exchange;
    private final Loop loop;
    private Attempt attempt;
    private int tries;

    Dial(Exchange exchange) {
        this.exchange = exchange;
        this.loop = exchange.loop;
    }

    /** Whether there may be one more attempt. */
    boolean mayTry() {
        return tries < MAX_TRIES;
    }

    /** Makes an attempt. The exchange may hear how it ends before this returns: a refusal from the same machine comes at once. */
    void start(Backend backend) {
        tries++;
        exchange.patience.begin(Awaited.CONNECTION);
        attempt = new Attempt(backend);
        attempt.start();
    }

    /** Nobody wants the connection any more. */
    void giveUp() {
        attempt.giveUp();
    }

    void timedOut() {
        giveUp();
        failed("no answer within the connect timeout");
    }

    private void failed(String why) {
        exchange.patience.end();
        exchange.suspect("does not accept connections: " + why);
        if (!mayTry()) {
            exchange.unreachable();
        } else if (exchange.move()) {
            exchange.connect();
        } else {
            // The only one with room: it may be a matter of moments.
            loop.thread.executeAfter(this::again, RETRY_AFTER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void again() {
        if (!exchange.isOver()) {
            exchange.move();
            exchange.connect();
        }
    }

    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || Character.isDigit(host.charAt(host.length() - 1));
    }

    /** One attempt. Ends once: connected, failed, or given up. */
    private final class Attempt {
        private final Backend backend;
        private IoFuture<StreamConnection> future;
        private boolean over;

        private Attempt(Backend backend) {
            this.backend = backend;
        }

        private void start() {
            backend.opening();
            Endpoint endpoint = backend.endpoint();
            if (isLiteral(endpoint.host())) {
                resolve(endpoint);
            } else {
                // A name is looked up for each connection, off the I/O threads: instances move.
                loop.thread.getWorker().execute(() -> resolve(endpoint));
            }
        }

        private void giveUp() {
            if (!over) {
                over = true;
                backend.gone();
                if (future != null) {
                    future.cancel();
                }
            }
        }

        private void resolve(Endpoint endpoint) {
            try {
                InetSocketAddress address =
                        new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port());
                onLoop(() -> connect(address));
            } catch (UnknownHostException e) {
                onLoop(() -> failed(new ConnectException("unknown host " + endpoint.host())));
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
                Dial.this.failed(cause.getMessage());
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
}
