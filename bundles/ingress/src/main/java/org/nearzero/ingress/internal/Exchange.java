package org.nearzero.ingress.internal;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.nearzero.ingress.core.Gate;
import org.nearzero.ingress.core.MalformedException;
import org.nearzero.ingress.internal.Patience.Awaited;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.Options;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * One HTTP exchange, or one WebSocket, to its end: an instance, or the homebase, is connected to, the request goes up and the
 * response comes down. Whatever ends it, its slot is given back once, and an instance never sees a request complete that its client did not complete.
 * {@link Dial}, {@link Upload} and {@link Download} do the work and say what happened; what follows from that is decided here.
 */
final class Exchange extends Arrival implements ChannelListener<ConduitStreamSourceChannel> {
    private static final long AVOID_NANOS = TimeUnit.SECONDS.toNanos(1);

    final Patience patience = new Patience(this);

    private final Upload upload;
    private final Download download;

    private Dial dial;
    private Upstream upstream;
    private boolean over;

    Exchange(Door door, HttpServerExchange client, Request request, Gate gate, String device, Loop loop) {
        super(door, client, request, gate, device, loop);
        this.upload = new Upload(this);
        this.download = new Download(this);
        loop.begun();
    }

    @Override
    void readAhead() {
        upload.prefetch();
    }

    @Override
    int held() {
        return upload.held();
    }

    // ---- an instance is found

    @Override
    void connect() {
        Backend backend = (Backend) instance();
        for (Upstream idle = backend.takeIdle(loop); idle != null; idle = backend.takeIdle(loop)) {
            if (request.isIdempotent() || idle.isQuiet()) {
                send(idle);
                return;
            }
            idle.close();
        }
        dial(backend);
    }

    private void dial(Backend backend) {
        if (dial == null) {
            dial = new Dial(this);
        }
        dial.start(backend);
    }

    void connected(Upstream fresh) {
        patience.end();
        send(fresh);
    }

    /** @return false if no other instance has room */
    boolean move() {
        return gate.move(this, System.nanoTime());
    }

    void unreachable(String why) {
        answer(
                isRelayed()
                        ? new Answer(503, "UNAVAILABLE", gate.app() + ": " + other() + " cannot be reached: " + why, 1)
                        : Answer.badGateway(gate.app() + ": no instance accepts the connection"));
    }

    void suspect(String reason) {
        long now = System.nanoTime();
        if (instance().avoidUntil(now, now + AVOID_NANOS)) {
            door.suspect(gate.app(), instance(), reason);
        }
    }

    @Override
    protected void breakOff() {
        loop.execute(() -> {
            if (!over && isAdmitted() && isRelayed()) {
                failClient(new Answer(503, "UNAVAILABLE", gate.app() + ": is served here from now on (try again)", 1));
            }
        });
    }

    @Override
    boolean isOver() {
        return over;
    }

    // ---- the request goes up

    private void send(Upstream to) {
        upstream = to;
        to.attach(this);
        upload.send(to);
    }

    /** Now it is up to the instance. One that has begun to answer may take its time: for the rest of the request, too. */
    void awaitOfInstance(Awaited what) {
        if (download.isStarted()) {
            patience.end();
        } else {
            patience.begin(what);
        }
    }

    /** The client sent more, or closed. */
    @Override
    public void handleEvent(ConduitStreamSourceChannel source) {
        if (over) {
            source.suspendReads();
        } else if (request.body() == null || request.body().isDone()) {
            switch (ClientWatch.look(connection())) {
                case GONE -> clientGone();
                case SPOKE -> source.suspendReads(); // its next request; it has to wait
                case QUIET -> {}
            }
        } else {
            source.suspendReads();
            if (upstream != null) {
                upload.sendOn(upstream);
            } else if (isBeforeArrival()) {
                upload.prefetch();
            } else if (isWaiting()) {
                upload.readOn();
            }
        }
    }

    boolean isSendingTo(ConduitStreamSinkChannel sink) {
        return upstream != null && upstream.sink == sink;
    }

    /** The instance does not take the request. It may have said why: an early answer, and then a close. */
    void instanceBroke() {
        clientSource().suspendReads();
        Upstream broken = upstream;
        download.readable(broken);
        if (!over && !download.isStarted() && upstream == broken) {
            upstreamFailed("broke the connection");
        }
    }

    /** The body ended before its end, or is none. No instance may take it for complete. */
    void bodyBroken(IOException e) {
        if (e instanceof MalformedException) {
            failClient(Answer.badRequest(e.getMessage()));
        } else if (e instanceof RequestBody.TooLargeException) {
            failClient(Answer.tooLarge(door.settings().limits().maxBodyBytes()));
        } else {
            clientGone();
        }
    }

    // ---- the response comes down

    void upstreamReadable() {
        download.readable(upstream);
    }

    boolean isSent() {
        return upload.isSent();
    }

    /** A response has begun: from here on nothing is tried again. */
    void responseStarted() {
        endConnectionIfClosing();
        if (patience.isFor(Awaited.RESPONSE) || patience.isFor(Awaited.INSTANCE_TAKING)) {
            patience.end();
        }
        if (upload.isSent()) {
            upload.free();
        }
    }

    /** The response has come to its end: the instance is done with, and its slot is free. */
    void responseReceived(boolean reusable) {
        long now = System.nanoTime();
        patience.end();
        Upstream done = upstream;
        upstream = null;
        boolean sent = upload.isSent();
        upload.free();
        if (reusable && sent) {
            done.release(now);
        } else {
            done.close();
        }
        if (!sent) {
            request.body().giveUp();
        }
        gate.release(this, now);
    }

    /** The client has to take more of the response. */
    void awaitClientTaking() {
        patience.begin(Awaited.CLIENT_TAKING);
    }

    void clientTook() {
        patience.end();
        if (upstream != null && !upload.isSent()) {
            upload.awaitClient();
        }
    }

    /** There is room again for more of the response. */
    void readOn() {
        if (upstream != null) {
            upstream.source.resumeReads();
        }
    }

    /** The instance switched protocols: its connection and the client's are tied together. */
    void tunnel(Tunnel tunnel) {
        patience.end();
        upload.free();
        tunnel.start(upstream);
    }

    // ---- it fails

    /** The instance broke the exchange. Tried again on a fresh connection if that can neither be noticed nor do harm. */
    void upstreamFailed(String what) {
        Upstream failed = upstream;
        upstream = null;
        patience.end();
        boolean stale = failed.isUsed();
        failed.close();
        if (download.isStarted()) {
            abort(); // the client must not take what it has for the whole
            return;
        }
        if (stale && request.isIdempotent() && upload.isRepeatable() && (dial == null || dial.mayTry())) {
            dial((Backend) instance());
            return;
        }
        if (!stale) {
            suspect(what);
        }
        failClient(Answer.badGateway(gate.app() + ": " + other() + " " + what));
    }

    /**
     * The homebase does not speak to anybody any more. Who has the beginning of an answer waits on. The request may have been carried out
     * there: it goes elsewhere, or its client is told to come again, only if that does no harm.
     */
    void silent(Backend way, String why) {
        if (over || upstream == null || upstream.backend != way || download.isStarted()) {
            return;
        }
        upstream.close();
        upstream = null;
        patience.end();
        if (!request.isIdempotent()) {
            String what = " does not answer any more, it may have had the request: ";
            failClient(Answer.badGateway(gate.app() + ": " + other() + what + why));
        } else if (upload.isRepeatable() && move()) {
            connect();
        } else {
            unreachable(why);
        }
    }

    /** The instance sent what is no response. */
    void badResponse(String why) {
        upstream.close();
        upstream = null;
        if (download.isStarted()) {
            abort();
        } else {
            failClient(Answer.badGateway(gate.app() + ": " + other() + " sent no valid response: " + why));
        }
    }

    void timedOut(Awaited missed) {
        switch (missed) {
            case CONNECTION -> dial.timedOut();
            case BODY -> {
                if (!upload.isFastEnough()) {
                    failClient(Answer.timedOut("the body came too slowly"));
                }
            }
            case INSTANCE_TAKING ->
                failClient(Answer.gatewayTimeout(gate.app() + ": " + other() + " did not take the request"));
            case RESPONSE ->
                failClient(Answer.gatewayTimeout(gate.app() + ": " + other() + " did not respond in time"));
            case CLIENT_TAKING -> abort();
            case NOTHING -> {}
        }
    }

    void clientGone() {
        abort();
    }

    /** Answers for itself, unless a response has begun: then only a broken connection tells the client. */
    private void failClient(Answer answer) {
        if (client.isResponseStarted()) {
            abort();
        } else {
            answer(answer);
        }
    }

    @Override
    void answer(Answer answer) {
        letGo();
        endConnectionIfClosing();
        answer.send(client);
        end();
    }

    /** Tells the client to send its next request elsewhere, or later. */
    private void endConnectionIfClosing() {
        if (door.isClosing()) {
            client.setPersistent(false);
        }
    }

    /** Breaks both connections. */
    @Override
    void abort() {
        letGo();
        if (download.isStarted() && !client.isHttp11()) {
            resetOnClose();
        }
        IoUtils.safeClose(connection());
        end();
    }

    /** The body of an old client's response may end with its connection: a mere end would make it look whole. */
    private void resetOnClose() {
        try {
            connection().getChannel().setOption(Options.CLOSE_ABORT, true);
        } catch (IOException e) {
            // It is closed, then.
        }
    }

    /** Leaves the line, closes what it has upstream, and gives its slot back. */
    private void letGo() {
        leaveLine();
        patience.end();
        clientSource().suspendReads();
        if (dial != null) {
            dial.giveUp();
        }
        if (upstream != null) {
            upstream.close();
            upstream = null;
        }
        upload.free();
        download.free();
        if (request.body() != null) {
            request.body().giveUp();
        }
        gate.release(this, System.nanoTime());
    }

    /** It is over: nothing more is done for it, nor counted. */
    void end() {
        if (!over) {
            over = true;
            patience.end();
            loop.ended();
        }
    }

    // ---- the client's connection

    /** Notices when the client leaves, as far as there is room for what it may send instead. */
    @Override
    void watchClient() {
        boolean bodyDone = request.body() == null || request.body().isDone();
        if (bodyDone ? connection().getExtraBytes() == null : upload.hasRoom()) {
            listenToClient();
        }
    }

    void listenToClient() {
        ConduitStreamSourceChannel source = clientSource();
        source.setReadListener(this);
        source.resumeReads();
    }

    ConduitStreamSourceChannel clientSource() {
        return connection().getChannel().getSourceChannel();
    }

    boolean isHead() {
        return client.getRequestMethod().equals(Methods.HEAD);
    }
}
