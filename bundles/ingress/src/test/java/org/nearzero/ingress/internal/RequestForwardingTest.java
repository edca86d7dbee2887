package org.nearzero.ingress.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.ingress.testing.http.IngressFixture;
import org.nearzero.ingress.testing.http.Message;
import org.nearzero.ingress.testing.http.RawBackend;
import org.nearzero.ingress.testing.http.RawClient;

/** What an instance sees of a request. */
class RequestForwardingTest {
    private static final String HOST = "Host: app.test\r\n";

    private RawBackend backend;
    private IngressFixture ingress;

    @BeforeEach
    void start() throws IOException {
        backend = RawBackend.echoing();
        ingress = IngressFixture.to(backend);
    }

    @AfterEach
    void stop() throws IOException {
        ingress.close();
        backend.close();
    }

    private Message forwarded(String request) throws IOException {
        assertEquals(200, ingress.exchange(request).status());
        return backend.request();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a/b",
                "/a%2Fb%41%25",
                "/a/../b/./c//d/",
                "/a;x=1;y/b;z",
                "/a?b=c&d=%20&&e",
                "/?a=b?c",
                "/a:b@c!$&'()*+,;=-._~",
                "/a?/:@!$'()*,;=-._~[]{}|\\^`\""
            })
    void theTargetIsPassedOnAsItCame(String target) throws IOException {
        Message response = ingress.exchange("GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n");
        if (response.status() == 200) {
            assertEquals(target, backend.request().target());
        } else {
            assertEquals(400, response.status());
            assertEquals("", backend.heard());
            assertTrue(target.indexOf('{') >= 0, "refused: " + target);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "M-SEARCH", "x!#$%&'*+-.^_`|~9"})
    void aMethodIsPassedOnAsItCame(String method) throws IOException {
        assertEquals(
                method, forwarded(method + " /a HTTP/1.1\r\n" + HOST + "\r\n").method());
    }

    @Test
    void anAbsoluteTargetIsAskedForByItsPath() throws IOException {
        Message request = forwarded("GET http://app.test/a?b HTTP/1.1\r\n" + HOST + "\r\n");
        assertEquals("/a?b", request.target());
        assertEquals("app.test", request.one("Host"));
    }

    @Test
    void anAbsoluteTargetWithoutAPathIsTheRoot() throws IOException {
        assertEquals(
                "/",
                forwarded("GET http://app.test HTTP/1.1\r\n" + HOST + "\r\n").target());
    }

    @Test
    void anAbsoluteTargetWithAQueryAndNoPathKeepsTheQuery() throws IOException {
        assertEquals(
                "/?a",
                forwarded("GET http://app.test?a HTTP/1.1\r\n" + HOST + "\r\n").target());
    }

    @Test
    void optionsOfTheServerGoToTheInstance() throws IOException {
        assertEquals("*", forwarded("OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n").target());
    }

    @Test
    void theHostIsPassedOnWithItsPortAndInItsCase() throws IOException {
        assertEquals(
                "App.Test:8080",
                forwarded("GET / HTTP/1.1\r\nHost: App.Test:8080\r\n\r\n").one("Host"));
    }

    @Test
    void aHigherMinorVersionIsTakenForTheHighestKnown() throws IOException {
        assertEquals(
                "GET /a HTTP/1.1",
                forwarded("GET /a HTTP/1.2\r\n" + HOST + "\r\n").start());
    }

    @Test
    void anEmptyHostIsNobodyInParticular() throws IOException {
        assertEquals("", forwarded("GET /app HTTP/1.1\r\nHost:\r\n\r\n").one("Host"));
    }

    @Test
    void aFoldedLineIsPassedOnAsOneLine() throws IOException {
        Message request = forwarded("GET /a HTTP/1.1\r\n" + HOST + "X-A: 1\r\n 2\r\nX-B: 3\r\n\r\n");
        assertEquals("1 2", request.one("X-A"));
        assertEquals("3", request.one("X-B"));
    }

    @Test
    void aFieldThatHidesInAFoldedLineDoesNotCount() throws IOException {
        Message request = forwarded("GET /a HTTP/1.1\r\n" + HOST + "X-A: 1\r\n Transfer-Encoding: chunked\r\n\r\n");
        assertEquals("1 Transfer-Encoding: chunked", request.one("X-A"));
        assertFalse(request.has("Transfer-Encoding"));
    }

    @Test
    void fieldsArePassedOnInTheirOrderWithEveryByte() throws IOException {
        String value = "caf\u00e9 \u00ff\t\"quoted\"";
        Message request = forwarded("GET /a HTTP/1.1\r\n" + HOST + "X-A: 1\r\nx-a: 2\r\nX-B: " + value
                + "\r\nCookie: a=b; c=d\r\nAuthorization: Bearer x\r\nX-Empty:\r\nX-A: 3\r\n\r\n");
        assertEquals(List.of("1", "2", "3"), request.all("X-A"));
        assertEquals(value, request.one("X-B"));
        assertEquals("a=b; c=d", request.one("Cookie"));
        assertEquals("Bearer x", request.one("Authorization"));
        assertEquals("", request.one("X-Empty"));
    }

    @Test
    void viaSaysThatItCameThisWay() throws IOException {
        assertEquals(
                "1.1 nearzero", forwarded("GET / HTTP/1.1\r\n" + HOST + "\r\n").one("Via"));
    }

    @Test
    void viaIsAppendedTo() throws IOException {
        Message request = forwarded("GET /app HTTP/1.0\r\nVia: 1.1 a\r\nVia: 1.0 b\r\n\r\n");
        assertEquals("1.1 a, 1.0 b, 1.0 nearzero", request.one("Via"));
    }

    // ---- bodies

    @Test
    void aBodyWithALengthArrivesWithThatLength() throws IOException {
        Message request = forwarded("POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhello");
        assertEquals("5", request.one("Content-Length"));
        assertFalse(request.has("Transfer-Encoding"));
        assertEquals("hello", request.text());
    }

    @Test
    void anEmptyBodyIsSaidToBeEmpty() throws IOException {
        Message request = forwarded("POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n");
        assertEquals("0", request.one("Content-Length"));
    }

    @Test
    void aRequestWithoutABodySaysNothingOfOne() throws IOException {
        Message request = forwarded("GET /a HTTP/1.1\r\n" + HOST + "\r\n");
        assertFalse(request.has("Content-Length"));
        assertFalse(request.has("Transfer-Encoding"));
    }

    @Test
    void aChunkedBodyArrivesChunkedWithoutExtensions() throws IOException {
        Message request = forwarded("POST /a HTTP/1.1\r\n" + HOST
                + "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0006 ; c\r\n world\r\n0\r\n\r\n");
        assertEquals("chunked", request.one("Transfer-Encoding"));
        assertFalse(request.has("Content-Length"));
        assertEquals("hello world", request.text());
    }

    @Test
    void anEmptyChunkedBodyArrivesEmpty() throws IOException {
        Message request = forwarded("POST /a HTTP/1.1\r\n" + HOST + "Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n");
        assertEquals("", request.text());
        assertEquals("chunked", request.one("Transfer-Encoding"));
    }

    @Test
    void trailersArriveButForThoseThatFrameRouteOrIdentify() throws IOException {
        Message request = forwarded("POST /a HTTP/1.1\r\n" + HOST
                + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Sum: 7\r\nContent-Length: 9\r\nHost: evil\r\n"
                + "X-Forwarded-For: 9.9.9.9\r\nAuthorization: x\r\nX-Sum: 8\r\n\r\n");
        assertEquals(List.of("7", "8"), request.trailer("X-Sum"));
        assertEquals(2, request.trailers().size(), request.trailers().toString());
    }

    @Test
    void aBodyThatComesInPiecesArrivesWhole() throws IOException {
        try (RawClient client = ingress.client()) {
            client.send("POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\n");
            for (String piece : List.of("h", "e", "l", "l", "o")) {
                client.send(piece);
            }
            assertEquals("hello", client.response().text());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16_348, 16_349, 16_350, 16_363, 16_364, 16_365, 40_000, 3_000_000})
    void aBodyOfAnySizeArrivesByteForByteEitherWay(int size) throws IOException {
        byte[] body = new byte[size];
        new Random(size).nextBytes(body);
        String text = new String(body, StandardCharsets.ISO_8859_1);
        try (RawClient client = ingress.client()) {
            client.send("POST /a HTTP/1.1\r\n" + HOST + "Content-Length: " + size + "\r\n\r\n" + text);
            assertArrayEquals(body, client.response().body());
            client.send("POST /a HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(size)
                    + "\r\n" + text + "\r\n0\r\n\r\n");
            assertArrayEquals(body, client.response().body());
        }
        backend.requests().forEach(request -> assertArrayEquals(body, request.body()));
    }

    // ---- connections

    @Test
    void oneConnectionCarriesManyRequests() throws IOException {
        try (RawClient client = ingress.client()) {
            for (int i = 0; i < 20; i++) {
                client.send("POST /" + i + " HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\n" + (10 + i));
                assertEquals(Integer.toString(10 + i), client.response().text());
            }
        }
        assertEquals(1, backend.calls().size());
    }

    @Test
    void requestsSentAheadAreAnsweredInOrder() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            String body = "body-" + (10 + i);
            all.append("POST /").append(i).append(" HTTP/1.1\r\n").append(HOST);
            all.append(
                    switch (i % 3) {
                        case 0 -> "Content-Length: 7\r\n\r\n" + body;
                        case 1 -> "Transfer-Encoding: chunked\r\n\r\n7\r\n" + body + "\r\n0\r\n\r\n";
                        default ->
                            "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n3\r\n" + body.substring(4)
                                    + "\r\n0\r\nX-T: 1\r\n\r\n";
                    });
        }
        try (RawClient client = ingress.client()) {
            client.send(all.toString());
            for (int i = 0; i < 30; i++) {
                assertEquals("body-" + (10 + i), client.response().text());
            }
        }
        assertEquals(
                IntStream.range(0, 30).mapToObj(i -> "/" + i).toList(),
                backend.requests().stream().map(Message::target).toList());
    }

    @Test
    void aRequestSentAheadInHalvesIsReadWhole() throws IOException {
        try (RawClient client = ingress.client()) {
            client.send("GET /1 HTTP/1.1\r\n" + HOST + "\r\nPOST /2 HTTP/1.1\r\n" + HOST + "Content-Le");
            assertEquals(200, client.response().status());
            client.send("ngth: 2\r\n\r\nhi");
            assertEquals("hi", client.response().text());
        }
    }

    @Test
    void closeIsHonouredAndNotPassedOn() throws IOException {
        try (RawClient client = ingress.client()) {
            client.send("GET / HTTP/1.1\r\n" + HOST + "Connection: CLOSE\r\n\r\n");
            assertEquals("close", client.response().one("Connection"));
            assertTrue(client.isClosedByPeer());
        }
        assertFalse(backend.request().has("Connection"));
        ingress.exchange("GET / HTTP/1.1\r\n" + HOST + "\r\n");
        assertEquals(1, backend.calls().size(), "it was the client's wish, not ours");
    }

    @Test
    void closeAmongOtherOptionsIsHonoured() throws IOException {
        try (RawClient client = ingress.client()) {
            client.send("GET / HTTP/1.1\r\n" + HOST + "Connection: x-a, close\r\n\r\n");
            client.response();
            assertTrue(client.isClosedByPeer());
        }
    }

    @Test
    void oldClientsGetTheirResponseAndTheirEnd() throws IOException {
        try (RawClient client = ingress.client()) {
            client.send("POST /app HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello");
            Message response = client.response();
            assertEquals("hello", response.text());
            assertFalse(response.has("Transfer-Encoding"));
            assertTrue(client.isClosedByPeer());
        }
        assertEquals("POST /app HTTP/1.1", backend.request().start());
    }

    @Test
    void oldClientsMayAskToStay() throws IOException {
        try (RawClient client = ingress.client()) {
            for (int i = 0; i < 3; i++) {
                client.send("GET /app HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                assertEquals("keep-alive", client.response().one("Connection").toLowerCase());
            }
        }
    }

    // ---- expectations

    @Test
    void theBodyIsAskedForBeforeAnInstanceHearsOfTheRequest() throws IOException {
        try (RawClient client = ingress.client()) {
            client.send("POST /a HTTP/1.1\r\n" + HOST + "Expect: 100-Continue\r\nContent-Length: 5\r\n\r\n");
            assertEquals(100, client.response().status());
            assertEquals("", backend.heard());
            client.send("hello");
            assertEquals("hello", client.response().text());
        }
        assertFalse(backend.request().has("Expect"));
    }

    @Test
    void aBodyThatCameAnywayNeedsNoAskingTwice() throws IOException {
        try (RawClient client = ingress.client()) {
            client.send("POST /a HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello");
            Message response = client.response();
            response = response.status() == 100 ? client.response() : response;
            assertEquals("hello", response.text());
            client.send("GET / HTTP/1.1\r\n" + HOST + "\r\n");
            assertEquals(200, client.response().status());
        }
    }

    @Test
    void anExpectationWithoutABodyIsMet() throws IOException {
        assertEquals(
                200,
                ingress.exchange("GET / HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\n\r\n")
                        .status());
    }

    @Test
    void anOldClientExpectsNothing() throws IOException {
        assertEquals(
                "hello",
                ingress.exchange("POST /app HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello")
                        .text());
    }

    @Test
    void anUnknownExpectationFails() throws IOException {
        try (RawClient client = ingress.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Expect: a-miracle\r\nContent-Length: 5\r\n\r\n");
            assertEquals(417, client.response().status());
            assertTrue(client.isClosedByPeer(), "the body may come or not: nobody could tell");
        }
        assertEquals("", backend.heard());
    }

    @Test
    void anUnknownHostIsNotFound() throws IOException {
        Message response = ingress.exchange("GET / HTTP/1.1\r\nHost: nobody.test\r\n\r\n");
        assertEquals(404, response.status());
        assertEquals("application/json", response.one("Content-Type"));
        assertTrue(response.text().startsWith("{\"status\":404,\"code\":\"NOT_FOUND\""), response.text());
    }
}
