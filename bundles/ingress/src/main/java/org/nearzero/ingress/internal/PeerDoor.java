package org.nearzero.ingress.internal;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.SameThreadExecutor;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.nearzero.api.model.PopId;

/**
 * Where other sites come in: with a question, which the {@link PeerCalls} have answered, or with a request that they relay, which
 * goes the way of every other once it is proven who they are. On I/O threads.
 */
final class PeerDoor implements HttpHandler {
    /** What lies below is kept for sites. */
    static final String KEPT = "/.nearzero/";

    private static final String CALLS = KEPT + "v1/";

    private final Peers peers;
    private final Door door;
    private final PeerCalls calls;

    PeerDoor(Peers peers, Door door, PeerCalls calls) {
        this.peers = peers;
        this.door = door;
        this.calls = calls;
    }

    @Override
    public void handleRequest(HttpServerExchange client) {
        if (peers.security() == null) {
            refuse(client, new Answer(503, "UNAVAILABLE", "this site has no certificate to show to others", 1));
            return;
        }
        Optional<PopId> site = site(client);
        if (isCall(client)) {
            call(client, site);
        } else if (!(client.getConnection() instanceof HttpServerConnection connection)) {
            refuse(client, new Answer(421, "MISDIRECTED_REQUEST", "requests are relayed over HTTP/1.1", 0));
        } else if (site.isEmpty()) {
            refuse(client, new Answer(403, "PERMISSION_DENIED", "a certificate that names a site is needed here", 0));
        } else {
            relayed(client, connection, site.get());
        }
    }

    /** One that has been relayed is never a call, whatever its path: that is what a user chose. */
    private static boolean isCall(HttpServerExchange client) {
        return client.getRequestURI().startsWith(KEPT)
                && !client.isHostIncludedInRequestURI()
                && !Hops.areIn(client.getRequestHeaders());
    }

    private void call(HttpServerExchange client, Optional<PopId> site) {
        String path = client.getRequestURI();
        if (!path.startsWith(CALLS)) {
            refuse(client, Answer.notFound("nothing is at " + path));
        } else if (door.isClosing()) {
            refuse(client, Door.CLOSING);
        } else {
            calls.answer(client, site, path.substring(CALLS.length()));
        }
    }

    private void relayed(HttpServerExchange client, HttpServerConnection connection, PopId site) {
        String loop = Hops.loop(client.getRequestHeaders(), peers.self());
        if (loop != null) {
            refuse(client, Answer.badGateway(loop));
            return;
        }
        Peer.proven(connection, site);
        door.handleRequest(client);
    }

    /** Who it is, worked out once for a connection. Over HTTP/2 Undertow shows one for each request. */
    private Optional<PopId> site(HttpServerExchange client) {
        Peer known = Peer.known(client.getConnection());
        if (known != null) {
            return Optional.of(known.site);
        }
        SSLSession session = client.getConnection().getSslSession();
        return session == null ? Optional.empty() : peers.site(session);
    }

    private static void refuse(HttpServerExchange client, Answer answer) {
        client.dispatch(SameThreadExecutor.INSTANCE, () -> answer.send(client));
    }
}
