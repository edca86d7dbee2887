package org.nearzero.ingress.internal;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.SameThreadExecutor;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.PopId;
import org.nearzero.ingress.core.Gate;
import org.nearzero.ingress.core.Instance;
import org.nearzero.ingress.core.MalformedException;
import org.nearzero.ingress.core.Refusal;
import org.nearzero.ingress.core.Settling;

/** Where each request comes in: checks it, finds the application and the device, and sends it on its way. On I/O threads. */
final class Door implements HttpHandler {
    /** Finds an application's gate; null if nobody's. */
    interface Finder {
        Gate find(String hostName, String path);
    }

    /** Hears that an instance, or another site, seems to be gone. */
    interface Suspicion {
        void suspected(AppId app, AppInstanceId instance, String reason);

        void relayFailed(AppId app, PopId homebase, String reason);
    }

    static final Answer CLOSING = new Answer(503, "UNAVAILABLE", "the ingress is closing", 1);

    private final IngressSettings settings;
    private final Finder finder;
    private final Devices devices;
    private final Suspicion suspicion;
    private final Loop[] loops;
    private final Peers peers;
    private volatile Settling settling = new Settling(0, 0);
    private volatile boolean closing;

    Door(IngressSettings settings, Finder finder, Devices devices, Suspicion suspicion, Loop[] loops, Peers peers) {
        this.settings = settings;
        this.finder = finder;
        this.devices = devices;
        this.suspicion = suspicion;
        this.loops = loops;
        this.peers = peers;
    }

    IngressSettings settings() {
        return settings;
    }

    Peers peers() {
        return peers;
    }

    /** An instance, or the homebase, seems to be gone. */
    void suspect(AppId app, Instance instance, String reason) {
        if (instance.isRelay()) {
            suspicion.relayFailed(app, instance.relay().homebase(), reason);
        } else {
            suspicion.suspected(app, instance.id(), reason);
        }
    }

    /** Requests come from now on. */
    void open() {
        settling = new Settling(System.nanoTime(), settings.settle().toNanos());
    }

    /** From now on each request is the last of its connection, and a new one is refused. */
    void close() {
        closing = true;
    }

    /** Whether no request may follow on the connection of one that is answered now. */
    boolean isClosing() {
        return closing;
    }

    /** What to say to one that a gate refused: an ingress that closes has forgotten its routes, but knows them all the same. */
    Answer toAnswer(Refusal refusal, AppId app) {
        return closing ? CLOSING : Answer.of(refusal, app.value());
    }

    @Override
    public void handleRequest(HttpServerExchange client) {
        if (closing) {
            client.setPersistent(false);
            refuse(client, CLOSING);
            return;
        }
        Answer refusal = unserved(client);
        if (refusal != null) {
            refuse(client, refusal);
            return;
        }
        if (Fields.lists(client.getRequestHeaders(), Headers.CONNECTION, "close")) {
            client.setPersistent(false);
        }
        try {
            Peer peer = Peer.of(client.getConnection(), settings);
            Request request = Request.of(client, peer, settings.limits().maxBodyBytes());
            Gate gate = finder.find(request.hostName(), request.path());
            if (gate == null) {
                refuse(client, unknown(request.hostName() + request.path()));
            } else if (isTooLarge(request)) {
                refuse(client, Answer.tooLarge(settings.limits().maxBodyBytes()));
            } else {
                Loop loop = loops[client.getIoThread().getNumber()];
                String device = devices.identify(peer, client.getRequestHeaders());
                client.dispatch(SameThreadExecutor.INSTANCE, new Exchange(this, client, request, gate, device, loop));
            }
        } catch (MalformedException e) {
            client.setPersistent(false); // who sent this may have meant what follows differently
            refuse(client, Answer.badRequest(e.getMessage()));
        }
    }

    /** What is not served whoever asks. */
    private static Answer unserved(HttpServerExchange client) {
        if (client.getRequestMethod().equals(Methods.CONNECT)
                || client.getRequestMethod().equals(Methods.TRACE)) {
            return Answer.notImplemented(client.getRequestMethod() + " is not served here");
        }
        if (!client.isHttp11() && !client.isHttp10()) {
            return Answer.badRequest("HTTP/1.1 or HTTP/1.0 is spoken here");
        }
        HeaderValues expect = client.getRequestHeaders().get(Headers.EXPECT);
        if (expect != null
                && client.isHttp11()
                && !(expect.size() == 1 && expect.get(0).equalsIgnoreCase("100-continue"))) {
            return Answer.expectationFailed(expect.get(0));
        }
        return null;
    }

    /** What to say of a place where no application is, or none yet. */
    private Answer unknown(String place) {
        return settling.at(System.nanoTime()) ? Answer.notYet(place) : Answer.notFound("no application at " + place);
    }

    private boolean isTooLarge(Request request) {
        long max = settings.limits().maxBodyBytes();
        return max > 0 && request.body() != null && request.body().length() > max;
    }

    private static void refuse(HttpServerExchange client, Answer answer) {
        client.dispatch(SameThreadExecutor.INSTANCE, () -> answer.send(client));
    }
}
