package org.nearzero.ingress.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.nearzero.ingress.core.ChunkDecoder.Trailer;

/** Whatever is chunked comes out as it was, in whatever pieces it arrives; and pieces do not change what is refused. */
class ChunkDecoderPropertyTest {
    @Property
    void whatIsChunkedComesOutAsItWasInWhateverPieces(
            @ForAll("chunks") List<byte[]> chunks, @ForAll("trailers") List<Trailer> trailers, @ForAll Random random)
            throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        for (byte[] chunk : chunks) {
            body.writeBytes(chunk);
            coded.writeBytes((Integer.toHexString(chunk.length) + (random.nextBoolean() ? "" : ";x=1") + "\r\n")
                    .getBytes(ISO_8859_1));
            coded.writeBytes(chunk);
            coded.writeBytes("\r\n".getBytes(ISO_8859_1));
        }
        coded.writeBytes("0\r\n".getBytes(ISO_8859_1));
        trailers.forEach(t -> coded.writeBytes((t.name() + ": " + t.value() + "\r\n").getBytes(ISO_8859_1)));
        coded.writeBytes("\r\nnext".getBytes(ISO_8859_1));

        ChunkDecoder decoder = new ChunkDecoder();
        Decoded decoded = decode(decoder, coded.toByteArray(), random);
        assertArrayEquals(body.toByteArray(), decoded.bytes);
        assertTrue(decoder.isDone());
        assertEquals(trailers, decoder.trailers());
        assertEquals(coded.size() - 4, decoded.taken);
    }

    @Property
    void anyBytesHaveTheSameFateInWhateverPieces(
            @ForAll("noise") @Size(max = 40) List<String> noise, @ForAll Random random) {
        byte[] bytes = String.join("", noise).getBytes(ISO_8859_1);
        assertEquals(fate(bytes, null), fate(bytes, random));
    }

    private record Decoded(byte[] bytes, int taken) {}

    private static String fate(byte[] bytes, Random random) {
        ChunkDecoder decoder = new ChunkDecoder();
        try {
            Decoded decoded = decode(decoder, bytes, random);
            return new String(decoded.bytes, ISO_8859_1) + "|" + decoded.taken + decoder.isDone() + decoder.trailers();
        } catch (MalformedException e) {
            return e.getMessage();
        }
    }

    /** Decodes in pieces drawn at random, in and out; in one go without {@code random}. */
    private static Decoded decode(ChunkDecoder decoder, byte[] bytes, Random random) throws MalformedException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.wrap(bytes).limit(0);
        for (boolean more = true; more; more = in.limit() < bytes.length || in.hasRemaining() && !decoder.isDone()) {
            int step = random == null ? bytes.length : random.nextInt(4);
            in.limit(Math.min(bytes.length, in.limit() + step));
            ByteBuffer out = ByteBuffer.allocate(random == null ? bytes.length : random.nextInt(4));
            decoder.decode(in, out);
            body.write(out.array(), 0, out.position());
            if (decoder.isDone()) {
                break;
            }
        }
        return new Decoded(body.toByteArray(), in.position());
    }

    @Provide
    Arbitrary<List<byte[]>> chunks() {
        return Arbitraries.bytes()
                .array(byte[].class)
                .ofMinSize(1)
                .ofMaxSize(40)
                .list()
                .ofMaxSize(6);
    }

    @Provide
    Arbitrary<List<Trailer>> trailers() {
        Arbitrary<String> names =
                Arbitraries.strings().withChars("aZ9-_!").ofMinLength(1).ofMaxLength(6);
        Arbitrary<String> values = Arbitraries.strings()
                .withChars("b :;,\t\u00E9")
                .ofMaxLength(8)
                .map(value -> Syntax.trimmed(value, 0, value.length()));
        return Combinators.combine(names, values)
                .as(Trailer::new)
                .list()
                .ofMaxSize(4)
                .map(ArrayList::new);
    }

    @Provide
    Arbitrary<List<String>> noise() {
        return Arbitraries.of(
                        "\r\n",
                        "\r",
                        "\n",
                        "0",
                        "1",
                        "2",
                        "a",
                        "F",
                        ";",
                        " ",
                        "\t",
                        ":",
                        "x",
                        "\0",
                        "0\r\n\r\n",
                        "1\r\nz\r\n")
                .list();
    }
}
