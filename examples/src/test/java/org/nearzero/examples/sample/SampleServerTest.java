package org.nearzero.examples.sample;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class SampleServerTest {
    private static final int LIMIT = 20;

    private final HttpClient client = HttpClient.newHttpClient();
    private SampleServer server;
    private Thread thread;

    @BeforeEach
    void serve() throws IOException {
        server = SampleServer.open(SampleSettings.from(Map.of(
                "HOST", "127.0.0.1", "PORT", "0", "NEARZERO_INSTANCE_ID", "one", "LIMIT", Integer.toString(LIMIT))));
        thread = new Thread(() -> run(server), "sample");
        thread.start();
    }

    private static void run(SampleServer served) {
        try {
            served.run();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.close();
        thread.join();
    }

    @Test
    void answersWith64BytesAndItsIdentity() throws Exception {
        HttpResponse<byte[]> answer = client.send(request("/").build(), HttpResponse.BodyHandlers.ofByteArray());

        assertEquals(200, answer.statusCode());
        assertEquals(64, answer.body().length);
        assertEquals("one", answer.headers().firstValue("X-Instance").orElse(""));
        assertEquals("1", answer.headers().firstValue("X-Max-Concurrent").orElse(""));
    }

    @Test
    void countsWhatItHoldsAndRefusesOneAboveTheLimit() throws Exception {
        List<Socket> held = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            Socket socket = connect();
            held.add(socket);
            socket.getOutputStream().write("GET /hold?ms=600000 HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
        }
        awaitStats("\"inFlight\":" + LIMIT);

        assertEquals(500, async("/").get().statusCode());
        for (Socket socket : held) {
            socket.close();
        }
        String stats = awaitStats("\"inFlight\":0");
        assertTrue(stats.contains("\"overLimit\":1"), stats);
        assertTrue(stats.contains("\"maxInFlight\":" + (LIMIT + 1)), stats);
        assertEquals(200, async("/").get().statusCode());
    }

    @Test
    void oneThatConnectedAndAskedJustBeforeTheStopCountsAsInFlight() throws Exception {
        try (SampleServer late = SampleServer.open(SampleSettings.from(Map.of("HOST", "127.0.0.1", "PORT", "0")));
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), late.address().getPort())) {
            socket.getOutputStream().write("GET /hold?ms=600000 HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
            FutureTask<Integer> stop = new FutureTask<>(late::stop);
            Thread stopping = new Thread(stop);
            stopping.start();
            while (stopping.getState() != Thread.State.TIMED_WAITING && stopping.isAlive()) {
                Thread.onSpinWait(); // until it waits for the server's thread, which begins only now
            }
            Thread serving = new Thread(() -> run(late));
            serving.start();

            assertEquals(1, stop.get());
            late.close();
            serving.join();
        }
    }

    @Test
    void aConnectionThatItsClientGivesUpIsNotInFlightAnyMore() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write("GET /hold?ms=600000 HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
            awaitStats("\"inFlight\":1");
        }
        awaitStats("\"inFlight\":0");
    }

    @Test
    void saysBackABodyOfKnownLengthAndAChunkedOne() throws Exception {
        String large = "x".repeat(3_000_000);

        assertEquals(large, post("/echo", HttpRequest.BodyPublishers.ofString(large)));
        assertEquals(
                "chunky",
                post("/echo", HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString("chunky"))));
    }

    @Test
    void answersPipelinedRequestsInOrderWhereverTheBytesAreSplit() throws Exception {
        byte[] requests = ("POST /echo HTTP/1.1\r\nContent-Length: 3\r\n\r\none"
                        + "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\ntw\r\n1\r\no\r\n0\r\nA: b\r\n\r\n"
                        + "GET /hold?ms=20 HTTP/1.1\r\n\r\n"
                        + "GET /nothing HTTP/1.1\r\nConnection: close\r\n\r\n")
                .getBytes(ISO_8859_1);
        for (int split = 1; split < requests.length; split += 7) {
            try (Socket socket = connect()) {
                socket.getOutputStream().write(requests, 0, split);
                socket.getOutputStream().flush();
                socket.getOutputStream().write(requests, split, requests.length - split);
                String all = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
                assertTrue(
                        all.matches("(?s)HTTP/1.1 200.*one.*HTTP/1.1 200.*two.*HTTP/1.1 200.*Hello.*HTTP/1.1 404.*"),
                        all);
            }
        }
    }

    @Test
    void refusesWhatIsNotHttp() throws Exception {
        assertEquals("400", statusOf("GARBAGE\r\n\r\n"));
        assertEquals("400", statusOf("GET / HTTP/1.1\r\nno colon\r\n\r\n"));
        assertEquals("400", statusOf("POST /echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n"));
        assertEquals("400", statusOf("POST /echo HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"));
        assertEquals("413", statusOf("POST /echo HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n"));
        assertEquals("431", statusOf("GET / HTTP/1.1\r\nA: " + "x".repeat(40_000)));
        assertEquals("400", statusOf("GET /hold?ms=soon HTTP/1.1\r\n\r\n"));
        awaitStats("\"inFlight\":0");
    }

    @Test
    void echoesWebSocketMessagesAndCountsItWhileItIsOpen() throws Exception {
        CompletableFuture<String> echo = new CompletableFuture<>();
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        WebSocket webSocket = client.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port() + "/ws"), new WebSocket.Listener() {
                    private final StringBuilder text = new StringBuilder();

                    @Override
                    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                        text.append(data);
                        if (last) {
                            echo.complete(text.toString());
                        }
                        return WebSocket.Listener.super.onText(socket, data, last);
                    }

                    @Override
                    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                        closed.complete(code);
                        return null;
                    }
                })
                .get();
        String message = "near ".repeat(20_000);
        webSocket.sendText(message, true).get();

        assertEquals(message, echo.get());
        awaitStats("\"inFlight\":1");
        webSocket.sendClose(1000, "done").get();
        assertEquals(1000, closed.get());
        awaitStats("\"inFlight\":0");
    }

    private String statusOf(String raw) throws IOException {
        try (Socket socket = connect()) {
            try {
                socket.getOutputStream().write(raw.getBytes(ISO_8859_1));
            } catch (IOException e) {
                // It had enough, and has said why.
            }
            byte[] line = socket.getInputStream().readNBytes(12);
            return new String(line, ISO_8859_1).substring(9);
        }
    }

    private String awaitStats(String part) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            String stats = async("/stats").get().body();
            if (stats.contains(part) || System.nanoTime() > deadline) {
                assertTrue(stats.contains(part), stats);
                return stats;
            }
        }
    }

    private String post(String path, HttpRequest.BodyPublisher body) throws Exception {
        return client.send(request(path).POST(body).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private CompletableFuture<HttpResponse<String>> async(String path) {
        return client.sendAsync(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .version(HttpClient.Version.HTTP_1_1);
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port());
    }

    private int port() {
        try {
            return server.address().getPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
