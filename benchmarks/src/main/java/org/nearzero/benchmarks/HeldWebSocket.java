package org.nearzero.benchmarks;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A WebSocket that stays open until it is closed from here, and notices when somebody else cuts it. */
final class HeldWebSocket implements WebSocket.Listener {
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final AtomicLong echoes = new AtomicLong();
    private final WebSocket socket;
    private volatile long endedAt;
    private long sent;

    HeldWebSocket(InetSocketAddress door) {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + door.getPort() + Rig.WEB_SOCKET_PATH), this)
                .orTimeout(120, TimeUnit.SECONDS)
                .join();
    }

    /** Says something; its echo is counted when it comes. */
    void say() {
        if (!ended.isDone()) {
            sent++;
            socket.sendText("still here " + sent, true).exceptionally(error -> {
                end("cannot send: " + error.getMessage());
                return null;
            });
        }
    }

    /** How many messages have not come back. */
    long missing() {
        return sent - echoes.get();
    }

    long echoes() {
        return echoes.get();
    }

    boolean cut() {
        return ended.isDone();
    }

    /** How it ended; empty while it is open. */
    String how() {
        return ended.getNow("");
    }

    /** When it ended, by System.nanoTime(). */
    long endedAt() {
        return endedAt;
    }

    void close() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "done");
        ended.completeOnTimeout("no answer to the close", 30, TimeUnit.SECONDS).join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        if (last) {
            echoes.incrementAndGet();
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        end("closed with " + statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        end(error.toString());
    }

    private synchronized void end(String how) {
        if (!ended.isDone()) {
            endedAt = System.nanoTime();
            ended.complete(how);
        }
    }
}
