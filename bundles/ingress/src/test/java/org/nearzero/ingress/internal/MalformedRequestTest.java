package org.nearzero.ingress.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nearzero.ingress.testing.http.IngressFixture;
import org.nearzero.ingress.testing.http.Message;
import org.nearzero.ingress.testing.http.RawBackend;
import org.nearzero.ingress.testing.http.RawClient;

/**
 * Requests that are none, and requests that two readers could understand differently: each is answered 4xx or 501, or not at all,
 * its connection ends, and no instance hears a byte of it, nor of the request that is hidden behind it.
 */
class MalformedRequestTest {
    private static final String HOST = "Host: app.test\r\n";
    private static final String POST = "POST /evil HTTP/1.1\r\n" + HOST;
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

    /** What a smuggler hides. */
    private static final String HIDDEN = "GET /evil-hidden HTTP/1.1\r\n" + HOST + "\r\n";

    private static final Map<String, String> CASES = new LinkedHashMap<>();

    private static RawBackend backend;
    private static IngressFixture ingress;

    @BeforeAll
    static void start() throws IOException {
        backend = RawBackend.echoing();
        ingress = IngressFixture.to(backend);
    }

    @AfterAll
    static void stop() throws IOException {
        ingress.close();
        backend.close();
    }

    private static String get(String... fields) {
        return "GET /evil HTTP/1.1\r\n" + HOST + String.join("\r\n", fields) + "\r\n\r\n";
    }

    private static String post(String body, String... fields) {
        return POST + String.join("\r\n", fields) + "\r\n\r\n" + body;
    }

    private static String line(String requestLine) {
        return requestLine + "\r\n" + HOST + "\r\n";
    }

    static {
        framing();
        transferEncodings();
        lengths();
        chunks();
        fields();
        hosts();
        requestLines();
        targets();
    }

    private static void framing() {
        add("Content-Length and Transfer-Encoding", post("0\r\n\r\n" + HIDDEN, "Content-Length: 5", TE));
        add("Transfer-Encoding and Content-Length", post("0\r\n\r\n" + HIDDEN, TE, "Content-Length: 50"));
        add("both, in odd case", post("0\r\n\r\n", "cOnTeNt-LeNgTh: 5", "tRANSFER-eNCODING: chunked"));
        add("both, with length 0", post(HIDDEN, "Content-Length: 0", TE));
        add("two lengths that differ", post("12345" + HIDDEN, "Content-Length: 5", "Content-Length: 6"));
        add("two lengths that agree", post("12345", "Content-Length: 5", "Content-Length: 5"));
        add("two lengths, one of them 0", post("12345", "Content-Length: 0", "Content-Length: 5"));
        add("chunked from HTTP/1.0", "POST /evil HTTP/1.0\r\n" + HOST + TE + "\r\n\r\n0\r\n\r\n");
        add("both from HTTP/1.0", "POST /evil HTTP/1.0\r\n" + HOST + TE + "\r\nContent-Length: 5\r\n\r\n0\r\n\r\n");
        add("a GET with both", get("Content-Length: 5", TE) + "0\r\n\r\n");
    }

    private static final String TE = "Transfer-Encoding: chunked";

    private static void transferEncodings() {
        for (String coding : List.of(
                "xchunked",
                "chunked, identity",
                "identity, chunked",
                "identity",
                "gzip",
                "gzip, chunked",
                "chunked, chunked",
                "chunked;q=1",
                "\"chunked\"",
                "chunked,",
                ", chunked",
                "chunk",
                "\u000bchunked",
                "chunked\u000b",
                "\u0000chunked",
                "")) {
            add("Transfer-Encoding: " + coding, post("0\r\n\r\n" + HIDDEN, "Transfer-Encoding: " + coding));
        }
        add("two Transfer-Encodings", post("0\r\n\r\n", TE, TE));
        add("two Transfer-Encodings, the second unknown", post("0\r\n\r\n", TE, "Transfer-Encoding: cow"));
        add("Transfer-Encoding with a space before the colon", post("0\r\n\r\n", "Transfer-Encoding : chunked"));
        add("Transfer-Encoding with a tab before the colon", post("0\r\n\r\n", "Transfer-Encoding\t: chunked"));
    }

    private static void lengths() {
        for (String length : List.of(
                "-1",
                "+5",
                "5.0",
                "0x5",
                "5 5",
                "5, 5",
                "5,6",
                "5;",
                "five",
                "",
                "\"5\"",
                "99999999999999999999999999",
                "9223372036854775808",
                "1e1",
                "5\u00b2")) {
            add("Content-Length: " + length, post("12345", "Content-Length: " + length));
        }
        add("Content-Length with a space before the colon", post("12345", "Content-Length : 5"));
        add("Content-Length split over two lines", post("12345", "Content-Length: 1", "\t0"));
    }

    private static void chunks() {
        for (String size : List.of(
                "",
                "g",
                "0x5",
                "-5",
                "+5",
                " 5",
                "5\u0000",
                "5\n",
                "5\r",
                "5;a\nb",
                "FFFFFFFFFFFFFFFF",
                "10000000000000000",
                "0000000000000000000005",
                "5,",
                "5.",
                "\u00b5")) {
            add("chunk size " + size, CHUNKED + size + "\r\n12345\r\n0\r\n\r\n" + HIDDEN);
        }
        add("a chunk size that ends in a bare LF", CHUNKED + "5\n12345\r\n0\r\n\r\n");
        add("a first chunk longer than it says", CHUNKED + "3\r\n12345\r\n0\r\n\r\n");
        add("a last chunk that ends in a bare LF", CHUNKED + "0\n\r\n");
        add("an extension that goes on and on", CHUNKED + "5;" + "x".repeat(5_000) + "\r\n12345\r\n0\r\n\r\n");
    }

    private static void fields() {
        add("a space before a colon", get("X-A : 1"));
        add("a name with a space", get("X A: 1"));
        add("a name with a NUL", get("X\u0000A: 1"));
        add("a name with a slash", get("X/A: 1"));
        add("a name with a parenthesis", get("X(A: 1"));
        add("a name that is not ASCII", get("X\u00e4: 1"));
        add("an empty name", get(": 1"));
        add("a line without a colon", get("X-A"));
        add("a value with a NUL", get("X-A: 1\u00002"));
        add("a value with a bell", get("X-A: 1\u00072"));
        add("a value with a DEL", get("X-A: 1\u007f2"));
        add("a value with a bare CR", get("X-A: 1\rX-B: 2"));
        add("a first line that is folded", "GET /evil HTTP/1.1\r\n " + HOST + "\r\n");
        add("field lines that end in a bare LF", "GET /evil HTTP/1.1\nHost: app.test\n\n");
        add("one field line that ends in a bare LF", "GET /evil HTTP/1.1\r\nHost: app.test\nX-A: 1\r\n\r\n");
        add("a head that ends in a bare LF", "GET /evil HTTP/1.1\r\nHost: app.test\r\n\n");
        add("a bare CR that hides a length", post(HIDDEN, "X-A: 1\rContent-Length: " + HIDDEN.length()));
        add("more fields than may be", get("X-A: 1\r\n".repeat(101) + "X-B: 2"));
        add("a longer field than may be", get("X-A: " + "a".repeat(40_000)));
        add("a longer head than may be", get("X-Aaaaaaaaaaaaaaaaaaa: " + "a".repeat(900) + "\r\nX-B: 1", big()));
    }

    private static String big() {
        StringBuilder fields = new StringBuilder("X-Z: 1");
        for (int i = 0; i < 60; i++) {
            fields.append("\r\nX-").append(i).append(": ").append("b".repeat(700));
        }
        return fields.toString();
    }

    private static void hosts() {
        add("no Host", "GET /app/evil HTTP/1.1\r\n\r\n");
        add("two Hosts", get("Host: other.test"));
        add("two Hosts that agree", get("Host: app.test"));
        for (String host : List.of(
                "app.test, other.test",
                "app.test other.test",
                "user@app.test",
                "app.test:",
                "app.test:0",
                "app.test:65536",
                "app.test:8x",
                "app.test:-1",
                "app.test:80:80",
                "app.test/",
                "app.test#a",
                "app.test?a",
                "app..test",
                ".app.test",
                "app%2etest",
                "[::1",
                "[zz]",
                "::1",
                "b\u00fccher.test",
                "app.test\u0000",
                "http://app.test",
                "a".repeat(300))) {
            add("Host: " + host, "GET /app/evil HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        }
    }

    private static void requestLines() {
        for (String line : List.of(
                "GET /evil",
                "GET /evil ",
                "GET /evil HTTP/1.1 x",
                "GET  /evil HTTP/1.1",
                "GET /evil  HTTP/1.1",
                " GET /evil HTTP/1.1",
                "GET\t/evil HTTP/1.1",
                "GET /evil\tHTTP/1.1",
                "GET /evil HTTP/0.9",
                "GET /evil HTTP/2.0",
                "GET /evil HTTP/11",
                "GET /evil HTTP/1",
                "GET /evil http/1.1",
                "GET /evil HTTP /1.1",
                "GET /evil ICAP/1.0",
                "G\u0000T /evil HTTP/1.1",
                "G(T /evil HTTP/1.1",
                "G\u00cbT /evil HTTP/1.1",
                "GET:/evil HTTP/1.1",
                "/evil HTTP/1.1",
                "HTTP/1.1 /evil GET",
                "CONNECT app.test:80 HTTP/1.1",
                "CONNECT /evil HTTP/1.1",
                "TRACE /evil HTTP/1.1",
                "PRI * HTTP/2.0")) {
            add(line, line(line));
        }
        add("a request line that ends in a bare CR", "GET /evil HTTP/1.1\rHost: app.test\r\n\r\n");
        add("a TLS hello", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003 /evil \r\n\r\n");
        add("an HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    }

    private static void targets() {
        for (String target : List.of(
                "evil",
                "*",
                "",
                "?evil",
                "app.test:80",
                "http://other.test/evil",
                "https://app.test/evil",
                "ftp://app.test/evil",
                "http:/evil",
                "http:///evil",
                "http://user@app.test/evil",
                "http://app.test:81/evil",
                "//app.test\u0000/evil",
                "/ev\u0000il",
                "/ev\u0007il",
                "/ev\u007fil",
                "/ev il",
                "/ev\til",
                "/evil#fragment",
                "/evil?a#fragment",
                "/ev\u00efl",
                "/evil?\u00ef",
                "/evil?\u0000",
                "/evil\n",
                "/evil\r")) {
            add("target " + target, line("GET " + target + " HTTP/1.1"));
        }
        add("OPTIONS with no path", line("OPTIONS evil HTTP/1.1"));
    }

    private static void add(String name, String bytes) {
        if (CASES.put(name.length() > 80 ? name.substring(0, 80) : name, bytes) != null) {
            throw new IllegalStateException("twice: " + name);
        }
    }

    static Stream<Arguments> cases() {
        return CASES.entrySet().stream().map(entry -> Arguments.of(visible(entry.getKey()), entry.getValue()));
    }

    private static String visible(String text) {
        StringBuilder visible = new StringBuilder();
        text.chars()
                .forEach(c -> visible.append(c < ' ' || c > '~' ? String.format("\\x%02x", c) : Character.toString(c)));
        return visible.toString();
    }

    /** It is the client's fault, or a method or a coding that nobody serves here: never a failure of ours. */
    private static final Set<Integer> REFUSALS = Set.of(400, 404, 408, 411, 413, 414, 417, 431, 501, 505);

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void reachesNoInstance(String name, String bytes) throws IOException {
        int before = evil();
        try (RawClient client = ingress.client()) {
            Message response = client.sendWhatIsTaken(bytes.getBytes(StandardCharsets.ISO_8859_1))
                    .responseOrEnd();
            if (response != null) {
                assertTrue(REFUSALS.contains(response.status()), response.toString());
                assertTrue(response.complete());
            }
            if (bytes.contains(HIDDEN)) {
                assertTrue(client.isClosedByPeer(), "what comes behind it was read");
            }
        }
        assertNotNull(ingress.exchange("GET /good HTTP/1.1\r\n" + HOST + "\r\n"));
        assertEquals(before, evil(), backend::heard);
    }

    /** How much of evil reached the instance: mentions of it, and connections that were opened and not used. */
    private static int evil() {
        return backend.calls().stream()
                .mapToInt(call -> call.heard().isEmpty() ? 1 : call.heard().split("evil", -1).length - 1)
                .sum();
    }

    @Test
    void thereAreEnoughOfThem() {
        assertTrue(CASES.size() >= 105, CASES.size() + " cases");
    }
}
