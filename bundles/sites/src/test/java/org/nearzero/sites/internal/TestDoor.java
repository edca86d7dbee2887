package org.nearzero.sites.internal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.PeerSecurity;
import org.nearzero.api.sites.PeerService;
import org.nearzero.api.sites.PeerService.Answer;

/** A peer door as small as can be: what the ingress has in earnest. It can be told to let nobody through, or some not. */
final class TestDoor implements AutoCloseable {
    private final HttpsServer server;
    private final ExecutorService threads = Threads.few("test-door", 8);
    private final Set<PopId> refused = ConcurrentHashMap.newKeySet();
    private volatile PeerService service =
            (peer, path, body) -> java.util.concurrent.CompletableFuture.completedFuture(new Answer(503, new byte[0]));
    private volatile boolean shut;

    TestDoor(PeerSecurity security) {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(security.sslContext()) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
                ssl.setWantClientAuth(true);
                parameters.setSSLParameters(ssl);
            }
        });
        server.setExecutor(threads);
        server.createContext("/", exchange -> serve(exchange, security));
        server.start();
    }

    Endpoint endpoint() {
        return new Endpoint("127.0.0.1", server.getAddress().getPort());
    }

    void serve(PeerService next) {
        service = next;
        shut = false;
    }

    /** From now on nobody gets an answer. */
    void shut() {
        shut = true;
    }

    /** From now on that site gets no answer. */
    void refuse(PopId peer) {
        refused.add(peer);
    }

    void admit(PopId peer) {
        refused.remove(peer);
    }

    private void serve(HttpExchange exchange, PeerSecurity security) throws IOException {
        Optional<PopId> peer = peer((HttpsExchange) exchange, security);
        if (shut || peer.filter(refused::contains).isPresent()) {
            exchange.close();
            return;
        }
        String path = exchange.getRequestURI().getPath().substring(PeerPaths.PREFIX.length());
        byte[] body = exchange.getRequestBody().readAllBytes();
        service.answer(peer, path, body).whenComplete((answer, failure) -> {
            try (exchange) {
                exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
                exchange.getResponseBody().write(answer.body());
            } catch (IOException e) {
                exchange.close();
            }
        });
    }

    private static Optional<PopId> peer(HttpsExchange exchange, PeerSecurity security) {
        try {
            return security.identify((X509Certificate) exchange.getSSLSession().getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
