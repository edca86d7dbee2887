package org.nearzero.ingress.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.ingress.core.ChunkDecoder.Trailer;

class ChunkDecoderTest {
    private final ChunkDecoder decoder = new ChunkDecoder();

    private String decode(String text) throws MalformedException {
        return decode(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
    }

    private String decode(ByteBuffer in) throws MalformedException {
        ByteBuffer out = ByteBuffer.allocate(8_192);
        decoder.decode(in, out);
        return new String(out.array(), 0, out.position(), ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0~~ | ''",
                "000~~ | ''",
                "3~abc~0~~ | abc",
                "003~abc~0~~ | abc",
                "A~0123456789~0~~ | 0123456789",
                "a~0123456789~1~x~0~~ | 0123456789x",
                "3;x=y;z=\"a;b\"~abc~0;last~~ | abc",
                "3 ; x~abc~0~~ | abc",
                "3  ~abc~0~~ | abc"
            })
    void takesTheCodingOff(String coded, String body) throws Exception {
        assertEquals(body, decode(coded.replace("~", "\r\n")));
        assertTrue(decoder.isDone());
        assertEquals(List.of(), decoder.trailers());
    }

    @Test
    void keepsTrailersAndLeavesWhatComesAfterTheBody() throws Exception {
        ByteBuffer in =
                ByteBuffer.wrap("1\r\nx\r\n0\r\nA: b\r\nc:\t d e \t\r\nf:\r\n\r\nHTTP/1.1".getBytes(ISO_8859_1));
        assertEquals("x", decode(in));
        assertTrue(decoder.isDone());
        assertEquals(List.of(new Trailer("A", "b"), new Trailer("c", "d e"), new Trailer("f", "")), decoder.trailers());
        assertEquals(8, in.remaining());
        assertEquals("", decode(in));
        assertEquals(8, in.remaining());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "3~", "3~ab", "3~abc", "3~abc~", "3~abc~0~", "0~a: b~", "0~a: b~\r"})
    void isNotDoneBeforeTheEnd(String begun) throws Exception {
        decode(begun.replace("~", "\r\n"));
        assertFalse(decoder.isDone());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "~",
                " 3~abc",
                "+3~abc",
                "-1~",
                "0x3~abc",
                "g~",
                "3_~",
                "3\0~",
                ";x~",
                "\r\n0~~", // no size
                "3\nabc",
                "3\rabc",
                "3~abcd~",
                "3~abc\n0~~",
                "3~abc\r0",
                "3~abc0~~", // lines
                "3 x~abc",
                "3 4~abc",
                "3\t0~",
                "3;x\nabc",
                "3;x\0y~",
                "3;x\ry~",
                "3;\u007F~", // extensions
                "0~a: b\n~",
                "0~a: b~\n",
                "0~\n",
                "0~a\n\n", // bare LF in trailers
                "0~a b: c~~",
                "0~a : c~~",
                "0~ a: c~~",
                "0~a: b~ c~~",
                "0~nocolon~~",
                "0~: c~~", // no field
                "0~a: b\0c~~",
                "0~a: \0~~",
                "0~a: b\u000B~~",
                "0~a:\u000Cb~~",
                "0~a: b\r~~",
                "0~a: b\rc~~",
                "0~\ra: b~~",
                "1000000000000000~",
                "0000000000000000~",
                "ffffffffffffffff~",
                "10000000000000003~abc" // sizes
            })
    void refusesWhatAnotherReaderMightReadDifferently(String malformed) {
        assertThrows(MalformedException.class, () -> decode(malformed.replace("~", "\r\n")));
    }

    @Test
    void noSizeIsTooLargeForALong() throws Exception {
        decode("fffffffffffffff\r\nab");
        assertFalse(decoder.isDone());
    }

    @Test
    void extensionsAndTrailersAreBounded() throws Exception {
        decode("1;" + "x".repeat(1_024) + "\r\na\r\n1" + " ".repeat(1_024));
        assertThrows(MalformedException.class, () -> decode(" "));
        assertThrows(MalformedException.class, () -> new ChunkDecoderTest().decode("1;" + "x".repeat(1_025)));
        String most = "0\r\na:" + "x".repeat(8_192 - 6);
        assertThrows(MalformedException.class, () -> new ChunkDecoderTest().decode(most + "x\r\n\r\n"));
        ChunkDecoderTest fits = new ChunkDecoderTest();
        fits.decode(most + "\r\n\r\n");
        assertTrue(fits.decoder.isDone());
    }

    @Test
    void goesOnWhereTheRoomEnded() throws Exception {
        ByteBuffer in = ByteBuffer.wrap("4\r\nabcd\r\n0\r\n\r\n".getBytes(ISO_8859_1));
        ByteBuffer out = ByteBuffer.allocate(3);
        decoder.decode(in, out);
        assertEquals(3, out.position());
        assertFalse(decoder.isDone());
        decoder.decode(in, out);
        assertEquals(3, out.position());
        out.clear();
        decoder.decode(in, out);
        assertEquals('d', out.get(0));
        assertTrue(decoder.isDone());
    }
}
