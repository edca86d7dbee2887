package org.nearzero.ingress.internal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.ingress.testing.http.IngressFixture.PATIENCE;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.ingress.testing.http.IngressFixture;
import org.nearzero.ingress.testing.http.Message;
import org.nearzero.ingress.testing.http.RawBackend;
import org.nearzero.ingress.testing.http.RawClient;

/** What a client sees of a response. */
class ResponseForwardingTest {
    private static final String HOST = "Host: app.test\r\n";
    private static final String GET = "GET /a HTTP/1.1\r\n" + HOST + "\r\n";
    private static final String OLD_GET = "GET /app HTTP/1.0\r\n\r\n";

    private RawBackend backend;
    private IngressFixture ingress;

    private void answering(String response) throws IOException {
        backend = RawBackend.answering(request -> response);
        ingress = IngressFixture.to(backend);
    }

    private void closingAfter(String response) throws IOException {
        scripted(call -> {
            call.request();
            call.send(response);
        });
    }

    private void scripted(RawBackend.Script script) throws IOException {
        backend = RawBackend.scripted(script);
        ingress = IngressFixture.to(backend);
    }

    @AfterEach
    void stop() throws IOException {
        ingress.close();
        backend.close();
    }

    // ---- heads

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 206, 299, 301, 400, 404, 418, 451, 500, 503, 599})
    void aStatusIsPassedOnAsItCame(int status) throws IOException {
        answering("HTTP/1.1 " + status + " Whatever\r\nContent-Length: 2\r\n\r\nhi");
        Message response = ingress.exchange(GET);
        assertEquals(status, response.status());
        assertEquals("hi", response.text());
    }

    @Test
    void fieldsArePassedOnInTheirOrderWithEveryByte() throws IOException {
        answering("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nContent-Length: 0\r\n"
                + "X-B: caf\u00e9 \u00ff\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nServer: s\r\nX-Empty:\r\n\r\n");
        Message response = ingress.exchange(GET);
        assertEquals(List.of("a=1", "b=2"), response.all("Set-Cookie"));
        assertEquals("caf\u00e9 \u00ff", response.one("X-B"));
        assertEquals("Thu, 01 Jan 1970 00:00:00 GMT", response.one("Date"));
        assertEquals("s", response.one("Server"));
        assertEquals("", response.one("X-Empty"));
    }

    @Test
    void aHeadThatComesByteByByteIsReadWhole() throws IOException {
        scripted(call -> {
            call.request();
            for (char c : "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nhi".toCharArray()) {
                call.send(Character.toString(c));
            }
            call.awaitClosed();
        });
        Message response = ingress.exchange(GET);
        assertEquals("1", response.one("X-A"));
        assertEquals("hi", response.text());
    }

    // ---- framing

    @Test
    void aLengthStaysALength() throws IOException {
        answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        Message response = ingress.exchange(GET);
        assertEquals("5", response.one("Content-Length"));
        assertFalse(response.has("Transfer-Encoding"));
        assertEquals("hello", response.text());
    }

    @Test
    void chunksStayChunksWithTheirTrailers() throws IOException {
        answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\n"
                + "X-Sum: 7\r\nContent-Length: 3\r\nSet-Cookie: x\r\n\r\n");
        try (RawClient client = ingress.client()) {
            for (int i = 0; i < 3; i++) {
                Message response = client.send(GET).response();
                assertEquals("chunked", response.one("Transfer-Encoding"));
                assertFalse(response.has("Content-Length"));
                assertEquals("hello world", response.text());
                assertEquals(List.of("7"), response.trailer("X-Sum"));
                assertEquals(1, response.trailers().size());
            }
        }
        assertEquals(1, backend.calls().size());
    }

    @Test
    void anEmptyChunkedBodyIsEmpty() throws IOException {
        answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        Message response = ingress.exchange(GET);
        assertEquals("", response.text());
        assertTrue(response.complete());
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n"})
    void aBodyThatEndsWithTheConnectionIsPassedOnToItsEnd(String head) throws IOException {
        closingAfter(head + "hello");
        try (RawClient client = ingress.client()) {
            Message response = client.send(GET).response();
            assertEquals("hello", response.text());
            assertTrue(response.complete());
            assertEquals("hello", client.send(GET).response().text());
        }
        assertEquals(2, backend.calls().size());
    }

    @Test
    void anOldClientGetsChunksWithoutTheirFraming() throws IOException {
        answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
        Message response = ingress.exchange(OLD_GET);
        assertFalse(response.has("Transfer-Encoding"));
        assertEquals("hello world", response.text());
    }

    @Test
    void anOldClientGetsABodyThatEndsWithTheConnection() throws IOException {
        closingAfter("HTTP/1.0 200 OK\r\n\r\nhello");
        assertEquals("hello", ingress.exchange(OLD_GET).text());
    }

    @ParameterizedTest
    @CsvSource({"Content-Length: 1234,1234", "Transfer-Encoding: chunked,", "X-A: 1,", "Content-Length: 0,0"})
    void theResponseToAHeadHasNoBodyWhateverItSays(String framing, String length) throws IOException {
        answering("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n");
        try (RawClient client = ingress.client()) {
            for (int i = 0; i < 3; i++) {
                Message response =
                        client.send("HEAD /a HTTP/1.1\r\n" + HOST + "\r\n").responseToHead();
                assertEquals(200, response.status());
                assertEquals(length, response.one("Content-Length"));
            }
        }
        assertEquals(1, backend.calls().size());
    }

    @Test
    void oursToAHeadHasNoBodyEither() throws IOException {
        answering("HTTP/1.1 200 OK\r\n\r\n");
        try (RawClient client = ingress.client()) {
            assertEquals(
                    404,
                    client.send("HEAD /a HTTP/1.1\r\nHost: nobody.test\r\n\r\n")
                            .responseToHead()
                            .status());
            assertEquals(
                    404,
                    client.send("GET /a HTTP/1.1\r\nHost: nobody.test\r\n\r\n")
                            .response()
                            .status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Content-Length: 0\r\n", "Content-Length: 7\r\n", "Transfer-Encoding: chunked\r\n"})
    void noContentHasNeitherABodyNorALength(String framing) throws IOException {
        answering("HTTP/1.1 204 No Content\r\nX-A: 1\r\n" + framing + "\r\n");
        try (RawClient client = ingress.client()) {
            for (int i = 0; i < 3; i++) {
                Message response = client.send(GET).response();
                assertEquals(204, response.status());
                assertEquals("1", response.one("X-A"));
                assertFalse(response.has("Content-Length"));
                assertFalse(response.has("Transfer-Encoding"));
            }
        }
        assertEquals(1, backend.calls().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Content-Length: 7\r\n"})
    void notModifiedHasNoBodyWhateverItSays(String framing) throws IOException {
        answering("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n" + framing + "\r\n");
        try (RawClient client = ingress.client()) {
            for (int i = 0; i < 3; i++) {
                Message response = client.send(GET).response();
                assertEquals(304, response.status());
                assertEquals("\"x\"", response.one("ETag"));
            }
        }
        assertEquals(1, backend.calls().size());
    }

    // ---- interim responses

    @Test
    void interimResponsesArePassedOnOnceEach() throws IOException {
        CountDownLatch gotTheFirst = new CountDownLatch(1);
        scripted(call -> {
            call.request();
            call.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: x-b\r\nX-B: 1\r\n\r\n");
            gotTheFirst.await(PATIENCE.toSeconds(), SECONDS);
            call.send("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 20");
            call.send("0 OK\r\nContent-Length: 2\r\n\r\nhi");
            call.awaitClosed();
        });
        try (RawClient client = ingress.client()) {
            Message first = client.send(GET).response();
            assertEquals(103, first.status());
            assertEquals("</a>", first.one("Link"));
            assertFalse(first.has("X-B"));
            gotTheFirst.countDown();
            assertEquals(102, client.response().status());
            Message last = client.response();
            assertEquals(200, last.status());
            assertFalse(last.has("Link"));
            assertEquals("hi", last.text());
        }
    }

    @Test
    void anInstancesContinueIsForUs() throws IOException {
        answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        assertEquals(200, ingress.exchange(GET).status());
    }

    @Test
    void anOldClientGetsNoInterimResponse() throws IOException {
        answering("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        assertEquals(200, ingress.exchange(OLD_GET).status());
    }

    // ---- connections

    @Test
    void closeIsTheInstancesMatterAlone() throws IOException {
        closingAfter("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi");
        try (RawClient client = ingress.client()) {
            for (int i = 0; i < 3; i++) {
                Message response = client.send(GET).response();
                assertEquals("hi", response.text());
                assertFalse(response.has("Connection"));
            }
        }
        assertEquals(3, backend.calls().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiMORE",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\nMORE",
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
                "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
            })
    void aConnectionThatCannotBeTrustedIsNotUsedAgain(String answer) throws IOException {
        answering(answer);
        try (RawClient client = ingress.client()) {
            assertEquals("hi", client.send(GET).response().text());
            assertEquals("hi", client.send(GET).response().text());
        }
        assertEquals(2, backend.calls().size());
        for (RawBackend.Call call : backend.calls()) {
            assertEquals(call.heard().lastIndexOf("GET "), call.heard().indexOf("GET "));
        }
    }
}
