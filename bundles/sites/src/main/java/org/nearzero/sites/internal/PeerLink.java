package org.nearzero.sites.internal;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;

/**
 * HTTP/2 over mutual TLS to one site, or to whoever is behind a door. A request that stays unanswered takes the connection with it: it may
 * be dead, and the JDK's client would go on to use it. Any thread.
 */
final class PeerLink {
    /** The longest that an attempt to connect may take, whatever the request may. */
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** How long the rest of an answer may take once it has begun. */
    private static final Duration BODY = Duration.ofSeconds(30);

    private static final int SLOWEST_BYTES_A_SECOND = 64 * 1024;

    private final SitePeerSecurity security;
    private final Optional<PopId> expected;
    private final Executor executor;
    private HttpClient client; // guarded by this
    private Object version; // guarded by this

    /** @param expected whom the certificate has to name; empty: any site of the operator's */
    PeerLink(SitePeerSecurity security, Optional<PopId> expected, Executor executor) {
        this.security = security;
        this.expected = expected;
        this.executor = executor;
    }

    /**
     * An answer, whatever its status.
     *
     * @param peer whom the certificate of the one who answered names
     */
    record Reply(int status, byte[] body, Optional<PopId> peer) {}

    /**
     * Asks.
     *
     * @param timeout until the answer begins, for a request of no size; each 64 KiB of it get a second more
     * @return fails with an {@link IOException} or a {@link TimeoutException} if no answer comes in time
     */
    CompletableFuture<Reply> post(Endpoint door, String path, byte[] body, Duration timeout) {
        Duration begins = timeout.plusMillis(body.length * 1000L / SLOWEST_BYTES_A_SECOND);
        HttpRequest request;
        try {
            request = HttpRequest.newBuilder(URI.create("https://" + Doors.text(door) + PeerPaths.PREFIX + path))
                    .timeout(begins)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build();
        } catch (IllegalArgumentException e) {
            // Doors are what peers say of themselves.
            return CompletableFuture.failedFuture(new IOException(door + " is no host and port", e));
        }
        HttpClient used = client();
        CompletableFuture<HttpResponse<byte[]>> exchange =
                used.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        // The request's own timeout ends with the head of the answer; a body that gets stuck would never end.
        return exchange.copy()
                .orTimeout(begins.plus(BODY).toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((response, failure) -> {
                    if (isDead(failure)) {
                        exchange.cancel(true);
                        drop(used);
                    }
                })
                .thenApply(response -> new Reply(response.statusCode(), response.body(), peer(response)));
    }

    /** Whether no answer came in time. */
    static boolean isTimeout(Throwable failure) {
        return failure instanceof HttpTimeoutException || failure instanceof TimeoutException;
    }

    private static boolean isDead(Throwable failure) {
        Throwable cause = failure == null ? null : Reasons.unwrapped(failure);
        return isTimeout(cause) && !(cause instanceof HttpConnectTimeoutException);
    }

    private Optional<PopId> peer(HttpResponse<byte[]> response) {
        return response.sslSession().flatMap(session -> {
            try {
                return session.getPeerCertificates()[0] instanceof X509Certificate certificate
                        ? security.identify(certificate)
                        : Optional.empty();
            } catch (SSLPeerUnverifiedException e) {
                return Optional.empty();
            }
        });
    }

    private synchronized HttpClient client() {
        Object current = security.version();
        if (client == null || version != current) {
            SSLContext context = expected.map(security::contextFor).orElseGet(security::sslContext);
            client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_2)
                    .sslContext(context)
                    .sslParameters(Tls13.parameters())
                    .connectTimeout(CONNECT)
                    .executor(executor)
                    .build();
            version = current;
        }
        return client;
    }

    /** The JDK's client ends its thread and closes its connections once nobody holds it. */
    private synchronized void drop(HttpClient used) {
        if (client == used) {
            client = null;
        }
    }
}
