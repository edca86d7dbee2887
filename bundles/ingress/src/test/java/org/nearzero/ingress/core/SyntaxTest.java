package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyntaxTest {
    @Test
    void theCharactersOfATokenAreThoseOfTheGrammar() {
        String marks = "!#$%&'*+-.^_`|~";
        for (int c = 0; c < 300; c++) {
            boolean letterOrDigit = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
            boolean token = letterOrDigit || marks.indexOf(c) >= 0;
            assertEquals(token, Syntax.isToken("x" + (char) c), "character " + c);
            if (c < 256) {
                assertEquals(token, Syntax.isTokenByte((byte) c), "byte " + c);
            }
        }
        assertFalse(Syntax.isToken(""));
    }

    @Test
    void aFieldValueHasNoControlCharactersButTabs() {
        for (int b = 0; b < 256; b++) {
            boolean control = b < 0x20 && b != '\t' || b == 0x7F;
            assertEquals(!control, Syntax.isFieldValue(new byte[] {0, (byte) b, 0}, 1, 2), "byte " + b);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "close | true",
                "Keep-Alive, CLOSE | true",
                "\"\tclose\t,x\" | true",
                "\",,close,\" | true",
                "closed | false",
                "x-close | false",
                "clo se | false",
                "\"\" | false",
                "\",\" | false"
            })
    void aListNamesATokenInAnyCase(String list, boolean names) {
        assertEquals(names, Syntax.lists(list, "close"));
    }

    @Test
    void onlySpacesAndTabsAreTrimmed() {
        assertEquals("a b", Syntax.trimmed("x \ta b\t ", 1, 8));
        assertEquals("", Syntax.trimmed(" \t ", 0, 3));
        assertEquals("\u000Ba\r", Syntax.trimmed("\u000Ba\r", 0, 3));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "42, 42",
        "007, 7",
        "999999999999999999, 999999999999999999",
        "1000000000000000000, -1",
        "'', -1",
        "+1, -1",
        "-1, -1",
        "' 1', -1",
        "1x, -1",
        "0x1, -1",
        "١, -1"
    })
    void aLengthIsOneToEighteenDigits(String text, long length) {
        assertEquals(length, Syntax.length(text));
    }

    @ParameterizedTest
    @CsvSource({
        "Shop.Example, shop.example",
        "shop.example:8080, shop.example",
        "shop.example., shop.example",
        "shop.example.:80, shop.example",
        "127.0.0.1:1, 127.0.0.1",
        "a_b-c, a_b-c",
        "[::1], [::1]",
        "[2001:DB8::1]:65535, [2001:db8::1]"
    })
    void aHostNameIsInLowerCaseWithoutPortAndLastDot(String authority, String host) {
        assertEquals(host, Syntax.hostName(authority));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                ".",
                "..",
                ".a",
                "a..b",
                "a..",
                "a b",
                "a/b",
                "a@b",
                "u:p@a",
                "a,b",
                "a\u0000",
                "a:",
                "a:0",
                "a:65536",
                "a:x",
                "a:-1",
                "a:80:80",
                "*",
                "a%20",
                "ä",
                "\u212A",
                "a\u0130",
                "[",
                "[]",
                "[::1",
                "::1",
                "[::1]x",
                "[::1]:",
                "[::1]:x",
                "[x]",
                "[1.2]",
                "[::\u0661]",
                "[::1]]"
            })
    void whatIsNoHostAndPortHasNoHostName(String authority) {
        assertNull(Syntax.hostName(authority));
    }

    @Test
    void aHostNameIsAtMostAsLongAsNamesAre() {
        String longest = "a".repeat(253);
        assertEquals(longest, Syntax.hostName(longest));
        assertNull(Syntax.hostName(longest + "a"));
        assertTrue(Syntax.hostName(longest + ".:80") != null);
    }
}
