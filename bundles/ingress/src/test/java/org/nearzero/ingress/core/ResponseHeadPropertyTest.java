package org.nearzero.ingress.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever head is written is read as it was, once it is whole. */
class ResponseHeadPropertyTest {
    @Property
    void aHeadIsReadAsItWasWrittenAndNotBeforeItIsWhole(
            @ForAll @IntRange(min = 100, max = 599) int status,
            @ForAll("fields") List<Map.Entry<String, String>> fields,
            @ForAll @IntRange(max = 5) int before)
            throws Exception {
        StringBuilder text = new StringBuilder("#".repeat(before) + "HTTP/1.1 " + status + " Reason\r\n");
        fields.forEach(field -> text.append(field.getKey() + ": " + field.getValue() + "\t\r\n"));
        text.append("\r\n");
        byte[] bytes = (text + "body").getBytes(ISO_8859_1);
        ResponseHead head = new ResponseHead();
        for (int to = before; to < text.length(); to++) {
            assertEquals(-1, head.parse(bytes, before, to), "after " + to + " bytes");
        }
        assertEquals(text.length(), head.parse(bytes, before, bytes.length));
        assertEquals(status, head.status());
        assertEquals(fields.size(), head.fields());
        for (int n = 0; n < fields.size(); n++) {
            String name = new String(bytes, head.nameStart(n), head.nameLength(n), ISO_8859_1);
            assertEquals(fields.get(n), Map.entry(name, head.value(n)));
        }
    }

    @Property
    void anyBytesAreReadOrRefusedAndNothingElse(@ForAll("noise") List<String> noise) {
        byte[] bytes = ("HTTP/1.1 200 OK\r\n" + String.join("", noise)).getBytes(ISO_8859_1);
        ResponseHead head = new ResponseHead();
        try {
            int end = head.parse(bytes, 0, bytes.length);
            if (end >= 0) {
                String read = new String(Arrays.copyOf(bytes, end), ISO_8859_1);
                assertTrue(read.endsWith("\n\r\n") || read.endsWith("\n\n"));
                for (int n = 0; n < head.fields(); n++) {
                    assertTrue(head.nameLength(n) > 0);
                    assertTrue(head.value(n).chars().allMatch(c -> c >= ' ' && c != 0x7F || c == '\t'));
                }
            }
        } catch (MalformedException e) {
            assertTrue(e.getMessage().contains(": "));
        }
    }

    @Provide
    Arbitrary<List<Map.Entry<String, String>>> fields() {
        Arbitrary<String> names =
                Arbitraries.strings().withChars("xyZ9-_!").ofMinLength(1).ofMaxLength(20);
        Arbitrary<String> values = Arbitraries.strings()
                .withChars("b :;,\t\u00E9\"")
                .ofMaxLength(12)
                .map(value -> Syntax.trimmed(value, 0, value.length()));
        return Combinators.combine(names, values).as(Map::entry).list().ofMaxSize(40);
    }

    @Provide
    Arbitrary<List<String>> noise() {
        return Arbitraries.of(
                        "\r\n",
                        "\r\n",
                        "\n",
                        "\r",
                        "a",
                        ":",
                        " ",
                        "\t",
                        "\0",
                        "\u007F",
                        "\u00E9",
                        "a: b\r\n",
                        "Content-Length: 1\r\n",
                        "Transfer-Encoding: chunked\r\n",
                        "Connection: close\r\n")
                .list()
                .ofMaxSize(12);
    }
}
