package org.nearzero.ingress.internal;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Methods;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.nearzero.ingress.core.Deadlines;
import org.nearzero.ingress.core.Gate;
import org.nearzero.ingress.core.MalformedException;
import org.nearzero.ingress.core.Refusal;
import org.nearzero.ingress.core.Ticket;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * One HTTP exchange, or one WebSocket, from its request to its end: the beginning of its body is read, it is admitted, perhaps
 * after a wait, an instance is connected to, the request goes up and the response comes down. Whatever ends it, its slot is
 * given back once, and an instance never sees a request complete that its client did not complete.
 *
 * <p>All on the I/O thread that accepted the client, but for {@link #admitted} and {@link #refused}, which only hand over.
 */
final class Exchange extends Ticket implements Runnable, ChannelListener<ConduitStreamSourceChannel> {
    private static final int MAX_TRIES = 3;
    private static final long RETRY_AFTER_MILLIS = 50;
    private static final long AVOID_NANOS = TimeUnit.SECONDS.toNanos(1);

    final HttpServerExchange client;
    final Request request;
    final Loop loop;

    private final Door door;
    private final Gate gate;
    private final String device;
    private final Upload upload;
    private final Download download;
    private final Timer timer = new Timer();

    private Dial dial;
    private Upstream upstream;
    private int tries;
    private long receivedAtWindow;
    private Awaited awaited = Awaited.NOTHING;
    private boolean waiting;
    private boolean over;

    Exchange(Door door, HttpServerExchange client, Request request, Gate gate, String device, Loop loop) {
        this.door = door;
        this.client = client;
        this.request = request;
        this.gate = gate;
        this.device = device;
        this.loop = loop;
        this.upload = new Upload(request.body(), loop);
        this.download = new Download(this);
        loop.begun();
    }

    /** What it waits for with a deadline. */
    private enum Awaited {
        NOTHING,
        CONNECTION,
        BODY,
        INSTANCE_TAKING,
        RESPONSE,
        CLIENT_TAKING
    }

    /** The one deadline that it has at a time. */
    private final class Timer extends Deadlines.Entry {
        @Override
        protected void due(long now) {
            timedOut();
        }
    }

    // ---- the request arrives

    @Override
    public void run() {
        RequestBody body = request.body();
        if (body == null) {
            arrive();
            return;
        }
        body.open();
        if (request.expectsContinue()) {
            Refusal refusal = gate.wouldRefuse(System.nanoTime());
            if (refusal != null && !refusal.known()) {
                answer(door.toAnswer(refusal, gate.app()));
                return;
            }
            if (!Interim.send(connection(), Interim.CONTINUE)) {
                abort();
                return;
            }
        }
        prefetch();
    }

    private void prefetch() {
        try {
            if (upload.prefetch()) {
                awaitNothing();
                arrive();
            } else {
                awaitClient();
            }
        } catch (IOException e) {
            bodyBroken(e);
        }
    }

    private void arrive() {
        watchClient();
        waiting = true;
        if (gate.arrive(this, System.nanoTime())) {
            waiting = false;
            connect();
        }
    }

    @Override
    protected String device() {
        return device;
    }

    /** What a parked request holds: its head about as it came, and what was read of its body. */
    @Override
    protected long weight() {
        long bytes = client.getRequestURI().length() + client.getQueryString().length() + upload.held();
        HeaderMap fields = client.getRequestHeaders();
        for (long c = fields.fastIterateNonEmpty(); c != -1L; c = fields.fiNextNonEmpty(c)) {
            HeaderValues values = fields.fiCurrent(c);
            for (int i = 0; i < values.size(); i++) {
                bytes += values.getHeaderName().length() + values.get(i).length() + 4;
            }
        }
        return bytes;
    }

    @Override
    protected void admitted() {
        if (!loop.execute(this::admittedAfterWait)) {
            gate.release(this, System.nanoTime());
        }
    }

    @Override
    protected void refused(Refusal refusal) {
        loop.execute(() -> {
            waiting = false;
            if (!over) {
                answer(door.toAnswer(refusal, gate.app()));
            }
        });
    }

    private void admittedAfterWait() {
        waiting = false;
        if (over) {
            gate.release(this, System.nanoTime());
        } else {
            connect();
        }
    }

    // ---- an instance is found

    private void connect() {
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
        tries++;
        await(Awaited.CONNECTION);
        dial = Dial.start(this, loop, backend);
    }

    void connected(Upstream fresh) {
        dial = null;
        awaitNothing();
        if (over) {
            fresh.close();
        } else {
            send(fresh);
        }
    }

    void notConnected(IOException cause) {
        dial = null;
        awaitNothing();
        if (over) {
            return;
        }
        long now = System.nanoTime();
        suspect(now, "does not accept connections: " + cause.getMessage());
        if (tries >= MAX_TRIES) {
            answer(Answer.badGateway(gate.app() + ": no instance accepts the connection"));
        } else if (gate.move(this, now)) {
            connect();
        } else {
            // The only one with room: it may be a matter of moments.
            loop.thread.executeAfter(this::dialAgain, RETRY_AFTER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void dialAgain() {
        if (!over) {
            gate.move(this, System.nanoTime());
            connect();
        }
    }

    private void suspect(long now, String reason) {
        if (instance().avoidUntil(now, now + AVOID_NANOS)) {
            door.suspected(gate.app(), instance().id(), reason);
        }
    }

    // ---- the request goes up

    private void send(Upstream to) {
        upstream = to;
        to.attach(this);
        try {
            int length = RequestHead.write(
                    loop, client, request.peer(), request.target(), request.host(), request.upgrade(), request.body());
            if (upload.start(to.sink, length)) {
                sentSoFar();
            } else {
                awaitInstance();
            }
        } catch (IOException e) {
            sendFailed();
        }
    }

    private void sentSoFar() throws IOException {
        if (upload.isSent()) {
            await(Awaited.RESPONSE);
        } else if (upload.pump(upstream.sink)) {
            if (upload.isSent()) {
                watchClient();
                await(Awaited.RESPONSE);
            } else {
                awaitClient();
            }
        } else {
            awaitInstance();
        }
    }

    /** The client has to send more of the body. */
    private void awaitClient() {
        if (awaited != Awaited.BODY) {
            receivedAtWindow = request.body().received();
            await(Awaited.BODY);
        }
        listenToClient();
    }

    /** The instance has to take more of the body; that is not held against the client. */
    private void awaitInstance() {
        clientSource().suspendReads();
        await(Awaited.INSTANCE_TAKING);
        upstream.sink.setWriteListener(this::instanceWritable);
        upstream.sink.resumeWrites();
    }

    private void instanceWritable(ConduitStreamSinkChannel sink) {
        if (over || upstream == null || sink != upstream.sink) {
            sink.suspendWrites();
            return;
        }
        try {
            sink.suspendWrites();
            if (upload.pump(sink)) {
                sentSoFar();
            } else {
                awaitInstance();
            }
        } catch (IOException e) {
            pumpFailed(e);
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
        } else if (upstream == null) {
            prefetchMore(source);
        } else {
            try {
                source.suspendReads();
                sentSoFar();
            } catch (IOException e) {
                pumpFailed(e);
            }
        }
    }

    private void prefetchMore(ConduitStreamSourceChannel source) {
        source.suspendReads();
        if (waiting) {
            readAhead();
        } else if (instance() == null) {
            prefetch();
        }
    }

    /** While it waits the client may send more of the body, or leave in the middle of it. */
    private void readAhead() {
        try {
            upload.prefetch();
            watchClient();
        } catch (IOException e) {
            bodyBroken(e);
        }
    }

    private void pumpFailed(IOException e) {
        // Reading from the client failed if the client says so; else it was writing to the instance.
        if (e instanceof MalformedException
                || e instanceof RequestBody.TooLargeException
                || e instanceof java.io.EOFException) {
            bodyBroken(e);
        } else if (!connection().isOpen()) {
            clientGone();
        } else {
            sendFailed();
        }
    }

    /** The instance does not take the request. It may have said why: an early answer, and then a close. */
    private void sendFailed() {
        clientSource().suspendReads();
        download.readable(upstream);
        if (!over && !download.isStarted() && upstream != null) {
            upstreamFailed("broke the connection");
        }
    }

    /** The body ended before its end, or is none. No instance may take it for complete. */
    private void bodyBroken(IOException e) {
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
        if (awaited == Awaited.RESPONSE) {
            awaitNothing();
        }
        if (upload.isSent()) {
            upload.free();
        }
    }

    /** The response has come to its end: the instance is done with, and its slot is free. */
    void responseReceived(boolean reusable) {
        long now = System.nanoTime();
        awaitNothing();
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
            giveUpRequest();
        }
        gate.release(this, now);
    }

    /** The client has to take more of the response. */
    void awaitClientTaking() {
        await(Awaited.CLIENT_TAKING);
    }

    void clientTook() {
        awaitNothing();
        if (upstream != null && !upload.isSent()) {
            awaitClient();
        }
    }

    /** There is room again for more of the response. */
    void readOn() {
        if (upstream != null) {
            upstream.source.resumeReads();
        }
    }

    /** The client has the whole response. */
    void delivered() {
        end();
    }

    /** The instance switched protocols: its connection and the client's are tied together. */
    void tunnel(Tunnel tunnel) {
        awaitNothing();
        upload.free();
        tunnel.start(upstream);
    }

    void tunnelClosed() {
        abort();
    }

    // ---- it fails

    /** The instance broke the exchange. Tried again on a fresh connection if that can neither be noticed nor do harm. */
    void upstreamFailed(String what) {
        Upstream failed = upstream;
        upstream = null;
        awaitNothing();
        boolean stale = failed.isUsed();
        failed.close();
        if (download.isStarted()) {
            abort(); // the client must not take what it has for the whole
            return;
        }
        if (stale && request.isIdempotent() && upload.isRepeatable() && tries < MAX_TRIES) {
            dial((Backend) instance());
            return;
        }
        if (!stale) {
            suspect(System.nanoTime(), what);
        }
        failClient(Answer.badGateway(gate.app() + ": the instance " + what));
    }

    /** The instance sent what is no response. */
    void badResponse(String why) {
        upstream.close();
        upstream = null;
        if (download.isStarted()) {
            abort();
        } else {
            failClient(Answer.badGateway(gate.app() + ": the instance sent no valid response: " + why));
        }
    }

    private void timedOut() {
        Awaited missed = awaited;
        awaited = Awaited.NOTHING;
        switch (missed) {
            case CONNECTION -> {
                dial.giveUp();
                notConnected(new IOException("no answer within the connect timeout"));
            }
            case BODY -> bodyWindowOver();
            case INSTANCE_TAKING ->
                failClient(Answer.gatewayTimeout(gate.app() + ": the instance did not take the request"));
            case RESPONSE -> failClient(Answer.gatewayTimeout(gate.app() + ": the instance did not respond in time"));
            case CLIENT_TAKING -> abort();
            case NOTHING -> {}
        }
    }

    /** A body may come in small pieces, but not so slowly that a few clients hold all slots. */
    private void bodyWindowOver() {
        if (request.body().received() - receivedAtWindow >= loop.minBodyBytes) {
            receivedAtWindow = request.body().received();
            await(Awaited.BODY);
        } else {
            failClient(Answer.timedOut("the body came too slowly"));
        }
    }

    private void await(Awaited what) {
        awaited = what;
        Loop.Timed list =
                switch (what) {
                    case CONNECTION -> loop.connect;
                    case BODY -> loop.body;
                    case CLIENT_TAKING -> loop.write;
                    default -> loop.response;
                };
        list.set(timer, System.nanoTime());
    }

    private void awaitNothing() {
        awaited = Awaited.NOTHING;
        timer.clear();
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

    private void answer(Answer answer) {
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
    void abort() {
        letGo();
        IoUtils.safeClose(connection());
        end();
    }

    /** Leaves the line, closes what it has upstream, and gives its slot back. */
    private void letGo() {
        if (waiting) {
            waiting = false;
            gate.abandon(this, System.nanoTime());
        }
        awaitNothing();
        clientSource().suspendReads();
        if (dial != null) {
            dial.giveUp();
            dial = null;
        }
        if (upstream != null) {
            upstream.close();
            upstream = null;
        }
        upload.free();
        download.free();
        giveUpRequest();
        gate.release(this, System.nanoTime());
    }

    private void giveUpRequest() {
        if (request.body() != null) {
            request.body().freeRaw();
            if (!request.body().isDone()) {
                client.setPersistent(false);
                io.undertow.server.Connectors.terminateRequest(client);
            }
        }
    }

    private void end() {
        if (!over) {
            over = true;
            awaitNothing();
            loop.ended();
        }
    }

    // ---- the client's connection

    /** Notices when the client leaves, as far as there is room for what it may send instead. */
    private void watchClient() {
        boolean bodyDone = request.body() == null || request.body().isDone();
        if (bodyDone ? connection().getExtraBytes() == null : upload.hasRoom()) {
            listenToClient();
        }
    }

    private void listenToClient() {
        ConduitStreamSourceChannel source = clientSource();
        source.setReadListener(this);
        source.resumeReads();
    }

    HttpServerConnection connection() {
        return (HttpServerConnection) client.getConnection();
    }

    private ConduitStreamSourceChannel clientSource() {
        return connection().getChannel().getSourceChannel();
    }

    boolean isHead() {
        return client.getRequestMethod().equals(Methods.HEAD);
    }
}
