package org.nearzero.ingress.internal;

import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.server.protocol.http2.Http2OpenListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.nearzero.api.model.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Sequence;
import org.xnio.SslClientAuthMode;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;
import org.xnio.ssl.SslConnection;

/**
 * The socket that listens for other sites: TLS, a certificate of theirs wanted, HTTP/2 and HTTP/1.1 by what they agree on. It is
 * open while the ingress is and there is a certificate to show. Thread-safe.
 */
final class PeerListener {
    private static final Logger LOG = LoggerFactory.getLogger(PeerListener.class);
    private static final int BACKLOG = 1024;
    private static final String NO_CIPHER_YET = "SSL_NULL_WITH_NULL_NULL";

    /** For one site's calls over one connection; {@link PeerCalls} has the bound that holds. */
    private static final int STREAMS = 100;

    /** What a site adds to the head of a request that it relays. */
    private static final int ADDED_BYTES = 8 << 10;

    private static final int ADDED_FIELDS = 32;

    private final IngressSettings settings;
    private final XnioWorker worker;
    private final Peers peers;
    private final Protocols protocols;
    private AcceptingChannel<? extends StreamConnection> accepting;
    private boolean wanted;

    PeerListener(IngressSettings settings, XnioWorker worker, ByteBufferPool buffers, Peers peers, PeerDoor door) {
        this.settings = settings;
        this.worker = worker;
        this.peers = peers;
        OptionMap options = OptionMap.builder()
                .addAll(Listener.options(settings))
                .set(UndertowOptions.MAX_HEADER_SIZE, settings.limits().maxHeaderBytes() + ADDED_BYTES)
                .set(UndertowOptions.MAX_HEADERS, settings.limits().maxHeaders() + ADDED_FIELDS)
                .getMap();
        OptionMap options2 = OptionMap.builder()
                .addAll(options)
                .set(UndertowOptions.ENABLE_HTTP2, true)
                .set(UndertowOptions.HTTP2_SETTINGS_ENABLE_PUSH, false)
                .set(UndertowOptions.HTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS)
                .set(UndertowOptions.IDLE_TIMEOUT, (int)
                        settings.timeouts().keepAlive().toMillis())
                .getMap();
        protocols = new Protocols(
                buffers, new HttpOpenListener(buffers, options), new Http2OpenListener(buffers, options2), door);
    }

    /** It may be open from now on. @throws IllegalStateException if it cannot listen */
    synchronized void start() {
        wanted = true;
        openIfComplete();
    }

    /** The certificate came, or went. @throws IllegalStateException if it cannot listen */
    synchronized void securityChanged() {
        if (peers.security() == null) {
            stopAccepting();
        } else {
            openIfComplete();
        }
    }

    private void openIfComplete() {
        Peering peering = settings.peering();
        if (!wanted || accepting != null || !peering.hasDoor() || peers.security() == null) {
            return;
        }
        String at = peering.host() + ":" + peering.port();
        InetSocketAddress address = new InetSocketAddress(peering.host(), peering.port());
        if (address.isUnresolved()) {
            throw new IllegalStateException(
                    "peer door " + at + ": the host name has no address (set peerHost in org.nearzero.ingress)");
        }
        try {
            accepting = listen(address);
            accepting.resumeAccepts();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "peer door " + at + ": cannot listen: " + e.getMessage()
                            + " (see who does with `ss -ltnp 'sport = :" + peering.port()
                            + "'` and stop it, or set another peerPort in org.nearzero.ingress)",
                    e);
        }
        LOG.info("peer door listens host={} port={}", peering.host(), port());
    }

    private AcceptingChannel<? extends StreamConnection> listen(InetSocketAddress address) throws IOException {
        ChannelListener<AcceptingChannel<SslConnection>> accept = ChannelListeners.openListenerAdapter(this::opened);
        return new UndertowXnioSsl(worker.getXnio(), OptionMap.EMPTY, peers.context())
                .createSslConnectionServer(
                        worker,
                        address,
                        accept,
                        OptionMap.builder()
                                .set(Options.TCP_NODELAY, true)
                                .set(Options.KEEP_ALIVE, true)
                                .set(Options.REUSE_ADDRESSES, true)
                                .set(Options.BACKLOG, BACKLOG)
                                .set(Options.SSL_CLIENT_AUTH_MODE, SslClientAuthMode.REQUESTED)
                                .set(Options.SSL_ENABLED_PROTOCOLS, Sequence.of("TLSv1.3", "TLSv1.2"))
                                .getMap());
    }

    private void opened(SslConnection connection) {
        try {
            connection
                    .getIoThread()
                    .executeAfter(
                            () -> closeUnlessShaken(connection),
                            settings.timeouts().header().toMillis(),
                            TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            IoUtils.safeClose(connection); // the thread ends
            return;
        }
        protocols.agree(connection);
    }

    /** Who only connects, and goes on in no way, would hold a connection for good. */
    private static void closeUnlessShaken(SslConnection connection) {
        if (NO_CIPHER_YET.equals(connection.getSslSession().getCipherSuite())) {
            IoUtils.safeClose(connection);
        }
    }

    /** Where it listens; empty while it does not. */
    synchronized Optional<Endpoint> endpoint() {
        return accepting == null
                ? Optional.empty()
                : Optional.of(new Endpoint(settings.peering().host(), port()));
    }

    private int port() {
        return accepting.getLocalAddress(InetSocketAddress.class).getPort();
    }

    /** Accepts no more. */
    synchronized void stop() {
        wanted = false;
        stopAccepting();
    }

    private void stopAccepting() {
        if (accepting != null) {
            IoUtils.safeClose(accepting);
            accepting = null;
            LOG.info("peer door closes host={}", settings.peering().host());
        }
    }

    void closeConnections() {
        protocols.closeConnections();
    }
}
