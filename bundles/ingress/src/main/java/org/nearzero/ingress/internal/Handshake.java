package org.nearzero.ingress.internal;

import io.undertow.protocols.ssl.UndertowXnioSsl;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.nearzero.api.model.PopId;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.ssl.SslConnection;

/**
 * Secures a connection to another site, and has that prove which one it is before it hears a word of a request. Ends once: secured,
 * failed, or given up. One I/O thread.
 */
final class Handshake {
    /** Hears how it ends. */
    interface Ended {
        void secured(StreamConnection connection);

        void failed(String why);

        /** Somebody else answers at the door. */
        void impostor(String who);
    }

    private final Loop loop;
    private final Peers peers;
    private final PopId expected;
    private final Ended ended;
    private SslConnection connection;
    private boolean over;

    Handshake(Loop loop, Peers peers, PopId expected, Ended ended) {
        this.loop = loop;
        this.peers = peers;
        this.expected = expected;
        this.ended = ended;
    }

    void start(StreamConnection plain) {
        try {
            connection = new UndertowXnioSsl(loop.thread.getWorker().getXnio(), OptionMap.EMPTY, peers.context())
                    .wrapExistingConnection(plain, OptionMap.EMPTY, true);
            connection.getHandshakeSetter().set(shaken -> loop.execute(this::shaken));
            // It stays, and is deaf once this is over: what is set later comes on top, and a null would be called as
            // well.
            connection.setCloseListener(closed -> loop.execute(() -> failed("closed the connection")));
            connection.getSourceChannel().setReadListener(source -> goOn());
            connection.startHandshake();
            goOn();
            if (!over) {
                connection.getSourceChannel().resumeReads();
            }
        } catch (IOException | RuntimeException e) {
            IoUtils.safeClose(plain);
            failed(e.getMessage());
        }
    }

    void giveUp() {
        over = true;
        IoUtils.safeClose(connection);
    }

    /** The handshake is made by reading; there is nothing to be read before a request was sent. */
    private void goOn() {
        if (over) {
            return;
        }
        try {
            if (connection.getSourceChannel().read(ByteBuffer.allocate(1)) != 0) {
                failed("closed the connection, or spoke first");
            }
        } catch (IOException e) {
            failed(e.getMessage());
        }
    }

    private void shaken() {
        if (over) {
            return;
        }
        Optional<PopId> site = peers.site(connection.getSslSession());
        if (!site.equals(Optional.of(expected))) {
            over = true;
            IoUtils.safeClose(connection);
            ended.impostor(site.map(PopId::value).orElse("nobody that is known"));
            return;
        }
        over = true;
        connection.getSourceChannel().suspendReads();
        ended.secured(connection);
    }

    private void failed(String why) {
        if (!over) {
            over = true;
            IoUtils.safeClose(connection);
            ended.failed("the TLS handshake failed: " + why);
        }
    }
}
