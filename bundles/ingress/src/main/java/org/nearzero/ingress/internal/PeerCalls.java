package org.nearzero.ingress.internal;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.Headers;
import io.undertow.util.SameThreadExecutor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.PeerService;
import org.nearzero.ingress.core.Deadlines;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

/**
 * Takes what other sites ask of this one to the {@link PeerService}, and its answers back. Bounded for each site in the number of
 * calls and in their bodies; those who are not proven to be a site share one such bound, and may say little.
 */
final class PeerCalls {
    private static final Logger LOG = LoggerFactory.getLogger(PeerCalls.class);
    private static final int MAX_BODY = 16 << 20;
    private static final int MAX_BODY_UNPROVEN = 64 << 10;
    private static final int MAX_CALLS = 32;

    private final Peers peers;
    private final Loop[] loops;
    private final ConcurrentHashMap<Optional<PopId>, Integer> calls = new ConcurrentHashMap<>();

    PeerCalls(Peers peers, Loop[] loops) {
        this.peers = peers;
        this.loops = loops;
    }

    /** Has a request answered. On its I/O thread. */
    void answer(HttpServerExchange client, Optional<PopId> site, String path) {
        PeerService service = peers.service();
        if (service == null) {
            refuse(client, new Answer(503, "UNAVAILABLE", "this site is not ready to talk to others yet", 1));
        } else if (client.getConnection() instanceof HttpServerConnection
                && client.getRequestHeaders().contains(Headers.TRANSFER_ENCODING)) {
            // Undertow takes a chunked body that breaks off for one that ends.
            refuse(client, new Answer(411, "LENGTH_REQUIRED", "a body needs a Content-Length here", 0));
        } else if (calls.merge(site, 1, Integer::sum) > MAX_CALLS) {
            leave(site);
            refuse(client, new Answer(503, "UNAVAILABLE", "as many calls are under way as may: " + MAX_CALLS, 1));
        } else {
            new Call(client, site, path, service).start();
        }
    }

    private void leave(Optional<PopId> site) {
        calls.compute(site, (same, count) -> count == null || count <= 1 ? null : count - 1);
    }

    private static void refuse(HttpServerExchange client, Answer answer) {
        client.setPersistent(client.isPersistent() && client.isRequestComplete());
        client.dispatch(SameThreadExecutor.INSTANCE, () -> answer.send(client));
    }

    /** One of them. Due when its body does not go on. */
    private final class Call extends Deadlines.Entry {
        private final HttpServerExchange client;
        private final Optional<PopId> site;
        private final String path;
        private final PeerService service;
        private final Loop loop;
        private final int maxBody;
        private ByteArrayOutputStream body = new ByteArrayOutputStream();
        private boolean tooLarge;
        private boolean over;
        private boolean ended;

        private Call(HttpServerExchange client, Optional<PopId> site, String path, PeerService service) {
            this.client = client;
            this.site = site;
            this.path = path;
            this.service = service;
            this.loop = loops[client.getIoThread().getNumber()];
            this.maxBody = site.isPresent() ? MAX_BODY : MAX_BODY_UNPROVEN;
        }

        private void start() {
            client.addExchangeCompleteListener((ended, next) -> {
                end();
                next.proceed();
            });
            loop.body.set(this, System.nanoTime());
            client.getRequestReceiver().receivePartialBytes(this::came, this::broken);
        }

        private void came(HttpServerExchange same, byte[] piece, boolean last) {
            if (over) {
                return;
            }
            if (tooLarge || body.size() + piece.length > maxBody) {
                tooLarge = true; // what comes is dropped: a client may not listen before it has said all
                body = new ByteArrayOutputStream();
            } else {
                body.write(piece, 0, piece.length);
            }
            if (last) {
                over = true;
                clear();
                client.dispatch(SameThreadExecutor.INSTANCE, tooLarge ? this::refuse : this::ask);
            } else if (site.isPresent() && !tooLarge) {
                loop.body.set(this, System.nanoTime()); // others have that time for all of it
            }
        }

        /** Over HTTP/2 that may be this question alone, which its asker has given up. */
        private void broken(HttpServerExchange same, IOException e) {
            over = true;
            clear();
            end();
            if (client.getConnection() instanceof HttpServerConnection) {
                IoUtils.safeClose(client.getConnection());
            } else {
                client.endExchange();
            }
        }

        @Override
        protected void due(long now) {
            over = true;
            end();
            IoUtils.safeClose(client.getConnection());
        }

        /** A connection that breaks ends no exchange, and an exchange that ends may be one that was given up before. */
        private void end() {
            if (!ended) {
                ended = true;
                leave(site);
            }
        }

        private void refuse() {
            Answer.tooLarge(maxBody).send(client);
        }

        private void ask() {
            try {
                service.answer(site, path, body.toByteArray()).whenComplete((answer, e) -> {
                    if (answer == null) {
                        failed(e);
                    } else {
                        loop.execute(() -> send(answer));
                    }
                });
            } catch (RuntimeException e) {
                failed(e); // against its word
            }
        }

        private void failed(Throwable e) {
            LOG.warn("a question of another site was not answered peer={} path={}", site, path, e);
            loop.execute(() -> new Answer(500, "INTERNAL", "this site failed to answer", 0).send(client));
        }

        private void send(PeerService.Answer answer) {
            client.setStatusCode(answer.status());
            client.getResponseHeaders().put(Headers.CONTENT_TYPE, answer.contentType());
            client.getResponseHeaders().put(Headers.CONTENT_LENGTH, answer.body().length);
            client.getResponseSender().send(ByteBuffer.wrap(answer.body()));
        }
    }
}
