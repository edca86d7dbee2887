package org.nearzero.ingress.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadTest {
    private final ResponseHead head = new ResponseHead();

    /** A tilde stands for CR LF. */
    private int parse(String text) throws MalformedException {
        byte[] bytes = text.replace("~", "\r\n").getBytes(ISO_8859_1);
        return head.parse(bytes, 0, bytes.length);
    }

    private static String with(String fields) {
        return "HTTP/1.1 200 OK~" + fields + "~~";
    }

    @Test
    void readsTheStatusAndTheFieldsWhereTheyLie() throws Exception {
        byte[] good = "junkHTTP/1.1 404 Not Found\r\nServer:  x \u00E9\t \r\nEmpty:\r\n\r\nbody".getBytes(ISO_8859_1);
        assertEquals(good.length - 4, head.parse(good, 4, good.length));
        assertEquals(404, head.status());
        assertEquals(2, head.fields());
        assertTrue(head.isNamed(0, "server"));
        assertFalse(head.isNamed(0, "serve"));
        assertEquals("Server", new String(good, head.nameStart(0), head.nameLength(0), ISO_8859_1));
        assertEquals("x \u00E9", head.value(0));
        assertEquals("", head.value(1));
        assertTrue(head.isPersistent());
        assertEquals(ResponseHead.UNKNOWN_LENGTH, head.length());
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200 OK~~, 200",
        "HTTP/1.1 200~~, 200",
        "HTTP/1.1 200 ~~, 200",
        "HTTP/1.0 599 x y z~~, 599",
        "HTTP/1.9 100 x~~, 100"
    })
    void takesAnyReasonOrNone(String text, int status) throws Exception {
        assertTrue(parse(text) > 0);
        assertEquals(status, head.status());
    }

    @Test
    void takesABareLineFeedForTheEndOfALine() throws Exception {
        assertTrue(parse("HTTP/1.1 200 OK\nContent-Length: 3\n\n") > 0);
        assertEquals(3, head.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "~~",
                "HTTP/1.1~~",
                "HTTP/1.1 20~~",
                "HTTP/1.1 2000 OK~~",
                "HTTP/1.1 200OK~~",
                "HTTP/1.1  200 OK~~",
                "HTTP/1.1 099 x~~",
                "HTTP/1.1 600 x~~",
                "HTTP/1.1 -20 x~~",
                "HTTP/1.1 2x0 x~~",
                "HTTP/1.10 200 x~~",
                "HTTP/2.0 200 OK~~",
                "HTTP/1.x 200 OK~~",
                "http/1.1 200 OK~~",
                " HTTP/1.1 200 OK~~",
                "ICY 200 OK~~~~~~"
            })
    void refusesWhatIsNoStatusLine(String text) {
        assertThrows(MalformedException.class, () -> parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a : b",
                " a: b",
                "\ta: b",
                "a: b~ folded",
                "a: b~\tfolded",
                "nocolon",
                ": b",
                "a b: c",
                "a\0: b",
                "a: b\0c",
                "a: \0",
                "a: b\rc",
                "a: b\r",
                "a: \u007F",
                "a: b\u000B",
                "a\u00E9: b",
                "(a): b",
                "a\r: b",
                "a: b\r\r"
            })
    void refusesWhatIsNoField(String field) {
        assertThrows(MalformedException.class, () -> parse(with(field)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length:",
                "Content-Length: -1",
                "Content-Length: +1",
                "Content-Length: 1 2",
                "Content-Length: 5, 5",
                "Content-Length: 0x5",
                "Content-Length: 9999999999999999999",
                "Content-Length: 5~content-length: 6",
                "Transfer-Encoding: gzip",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: chunked~Transfer-Encoding: chunked",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding:",
                "Transfer-Encoding: chunked;x",
                "Transfer-Encoding: xchunked"
            })
    void refusesALengthThatCanBeReadInTwoWays(String fields) {
        assertThrows(MalformedException.class, () -> parse(with(fields)));
    }

    @Test
    void theSameLengthTwiceIsOne() throws Exception {
        parse(with("Content-Length: 5~CONTENT-LENGTH: 05"));
        assertEquals(5, head.length());
        assertFalse(head.isChunked());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5~Transfer-Encoding: chunked~Connection: keep-alive",
                "Transfer-Encoding: CHUNKED~Content-Length: 0"
            })
    void chunkedWinsOverALengthAndTheConnectionIsTrustedNoMore(String fields) throws Exception {
        parse(with(fields));
        assertTrue(head.isChunked());
        assertEquals(ResponseHead.UNKNOWN_LENGTH, head.length());
        assertFalse(head.isPersistent());
    }

    @Test
    void chunkedFromOneWhoSpeaksHttp10IsNotTrustedEither() throws Exception {
        parse("HTTP/1.0 200 OK~Transfer-Encoding: chunked~Connection: keep-alive~~");
        assertTrue(head.isChunked());
        assertFalse(head.isPersistent());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 200 OK~~ | true",
                "HTTP/1.1 200 OK~Connection: x, Close~~ | false",
                "HTTP/1.1 200 OK~Connection: x~connection: close~~ | false",
                "HTTP/1.0 200 OK~~ | false",
                "HTTP/1.0 200 OK~Connection: Keep-Alive~~ | true",
                "HTTP/1.0 200 OK~Connection: keep-alive, close~~ | false",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~ | true"
            })
    void aConnectionPersistsUnlessItsVersionOrAFieldSaysOtherwise(String text, boolean persistent) throws Exception {
        parse(text);
        assertEquals(persistent, head.isPersistent());
    }

    @Test
    void oneHeadLeavesNothingForTheNext() throws Exception {
        parse(with("Connection: close, upgrade~Transfer-Encoding: chunked~Content-Length: 3"));
        assertTrue(head.isUpgrade());
        parse(with("x: y"));
        assertFalse(head.isUpgrade() || head.isChunked());
        assertTrue(head.isPersistent());
        assertEquals(1, head.fields());
        assertEquals(ResponseHead.UNKNOWN_LENGTH, head.length());
    }

    @Test
    void manyFieldsFit() throws Exception {
        parse(with("a: b~".repeat(999) + "last: 1"));
        assertEquals(1_000, head.fields());
        assertEquals("1", head.value(999));
    }
}
