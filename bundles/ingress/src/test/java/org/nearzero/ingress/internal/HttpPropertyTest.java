package org.nearzero.ingress.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.nearzero.ingress.testing.http.IngressFixture;
import org.nearzero.ingress.testing.http.Message;
import org.nearzero.ingress.testing.http.RawBackend;
import org.nearzero.ingress.testing.http.RawClient;

/** However bodies are framed, and wherever the network cuts them: what comes out is what went in, either way. */
class HttpPropertyTest {
    /** One request and its response; the seed decides on the bytes, the chunks and the cuts. */
    private static RawBackend backend;

    private static IngressFixture ingress;

    @BeforeContainer
    static void start() throws IOException {
        backend = RawBackend.scripted(call -> {
            for (Message request = call.request(); request != null && request.complete(); request = call.request()) {
                Random random = new Random(Long.parseLong(request.one("X-Seed")));
                byte[] answer = message("HTTP/1.1 200 OK\r\n", request.body(), random);
                for (byte[] piece : cut(answer, random)) {
                    call.send(piece);
                }
            }
        });
        ingress = IngressFixture.with().maxConnections(2).start(backend);
    }

    @AfterContainer
    static void stop() throws IOException {
        ingress.close();
        backend.close();
    }

    @Property(tries = 150)
    void everyBodyArrivesAsItWas(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 70_000) Integer> sizes, @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        try (RawClient client = ingress.client()) {
            for (int size : sizes) {
                byte[] body = new byte[size];
                random.nextBytes(body);
                long answerSeed = random.nextLong();
                String head = "POST /a HTTP/1.1\r\nHost: app.test\r\nX-Seed: " + answerSeed + "\r\n";
                byte[] request = message(head, body, random);
                List<byte[]> pieces = cut(request, random);
                Thread sender = new Thread(() -> pieces.forEach(client::sendWhatIsTaken));
                sender.start();
                Message response = client.response();
                join(sender);
                assertEquals(200, response.status());
                assertArrayEquals(body, response.body());
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A message with this body, framed one way or the other. */
    private static byte[] message(String head, byte[] body, Random random) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(ascii(head));
        if (random.nextBoolean()) {
            bytes.write(ascii("Content-Length: " + body.length + "\r\n\r\n"));
            bytes.write(body);
            return bytes.toByteArray();
        }
        bytes.write(ascii("Transfer-Encoding: chunked\r\n\r\n"));
        for (int at = 0; at < body.length; ) {
            int n = Math.min(body.length - at, 1 + random.nextInt(random.nextBoolean() ? 10_000 : 200_000));
            bytes.write(ascii(Integer.toHexString(n) + "\r\n"));
            bytes.write(body, at, n);
            bytes.write(ascii("\r\n"));
            at += n;
        }
        bytes.write(ascii(random.nextBoolean() ? "0\r\n\r\n" : "0\r\nX-T: 1\r\n\r\n"));
        return bytes.toByteArray();
    }

    /** The same bytes in pieces, some tiny. */
    private static List<byte[]> cut(byte[] bytes, Random random) {
        List<byte[]> pieces = new java.util.ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            int most = random.nextInt(4) == 0 ? 3 : 30_000;
            int n = Math.min(bytes.length - at, 1 + random.nextInt(most));
            pieces.add(java.util.Arrays.copyOfRange(bytes, at, at + n));
            at += n;
        }
        return pieces;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
