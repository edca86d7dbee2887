package org.nearzero.ingress.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nearzero.ingress.testing.http.IngressFixture;
import org.nearzero.ingress.testing.http.Message;
import org.nearzero.ingress.testing.http.RawBackend;
import org.nearzero.ingress.testing.http.RawClient;

/** Requests that are larger than they may be. */
class BoundsTest {
    private static final String HOST = "Host: app.test\r\n";
    private static final String CHUNKED = "POST /a HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";

    private RawBackend backend;
    private IngressFixture ingress;

    @BeforeEach
    void start() throws IOException {
        backend = RawBackend.echoing();
    }

    @AfterEach
    void stop() throws IOException {
        ingress.close();
        backend.close();
    }

    @Test
    void boundsAreThoseThatWereSet() throws Exception {
        ingress = IngressFixture.with().limits(new Limits(1, 2_048, 10, 0, 50)).start(backend);
        String nine = "X-A: 1\r\n".repeat(9);
        assertEquals(
                200,
                ingress.exchange("GET /a HTTP/1.1\r\n" + HOST + nine + "\r\n").status());
        assertEquals(
                400,
                ingress.exchange("GET /b HTTP/1.1\r\n" + HOST + nine + "X-A: 1\r\n\r\n")
                        .status());
        assertEquals(
                200,
                ingress.exchange("GET /c HTTP/1.1\r\n" + HOST + "X-A: " + "x".repeat(1_900) + "\r\n\r\n")
                        .status());
        Message tooLong = null;
        try (RawClient client = ingress.client()) {
            tooLong = client.send("GET /d HTTP/1.1\r\n" + HOST + "X-A: " + "x".repeat(2_100) + "\r\n\r\n")
                    .responseOrEnd();
        }
        assertTrue(tooLong == null || tooLong.status() == 400 || tooLong.status() == 431, "" + tooLong);
        assertEquals(
                List.of("/a", "/c"),
                backend.requests().stream().map(Message::target).toList());
    }

    @ParameterizedTest
    @MethodSource("tooLong")
    void aBodyThatIsTooLongIs413HoweverMuchOfItComes(String request) throws Exception {
        ingress = IngressFixture.with()
                .limits(new Limits(1, 32 << 10, 100, 100_000, 50))
                .start(backend);
        try (RawClient client = ingress.client()) {
            client.sendWhatIsTaken(request.getBytes(StandardCharsets.ISO_8859_1));
            assertEquals(413, client.response().status());
        }
        assertEquals(List.of(), backend.requests());
    }

    static Stream<String> tooLong() {
        String head = "POST /a HTTP/1.1\r\n" + HOST;
        String body = "x".repeat(2_000_000);
        return Stream.of(
                head + "Content-Length: 100001\r\n\r\n",
                head + "Content-Length: 2000000\r\n\r\n" + body,
                head + "Content-Length: 2000000\r\nExpect: 100-continue\r\n\r\n",
                head + "Transfer-Encoding: chunked\r\n\r\n186a1\r\n" + body.substring(0, 100_001) + "\r\n0\r\n\r\n",
                head + "Transfer-Encoding: chunked\r\n\r\n1e8480\r\n" + body + "\r\n0\r\n\r\n");
    }

    @Test
    void aBodyOfExactlyTheBoundIsTaken() throws Exception {
        ingress = IngressFixture.with()
                .limits(new Limits(1, 32 << 10, 100, 100_000, 50))
                .start(backend);
        String body = "x".repeat(100_000);
        assertEquals(
                200,
                ingress.exchange("POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 100000\r\n\r\n" + body)
                        .status());
        assertEquals(
                200,
                ingress.exchange(CHUNKED + "186a0\r\n" + body + "\r\n0\r\n\r\n").status());
    }
}
