package org.nearzero.policy.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageAllowListTest {
    @ParameterizedTest
    @CsvSource({
        "acme/*, acme/shop:7, true",
        "acme/*, acme/, true",
        "acme/*, acme, false",
        "acme/*, evil/acme/shop, false",
        "acme/shop, acme/shop, true",
        "acme/shop, acme/shop:7, false",
        "acme/shop, ACME/shop, false",
        "*, anything, true",
        "*/shop:*, acme/shop:7, true",
        "*/shop:*, acme/shop, false",
        "*@sha256:*, acme/shop@sha256:ab, true",
        "a*b*c, aXbXbXc, true",
        "a*b*c, aXcXb, false",
        "a.c, abc, false",
        "a**c, ac, true",
        "'[a]?', a, false",
        "*a, aaab, false",
        "*aab, aaab, true",
    })
    void matchesWholeReferences(String pattern, String image, boolean allowed) {
        assertEquals(allowed, new ImageAllowList(List.of(pattern)).allows(image));
    }

    @Test
    void anEmptyListAllowsEverythingAndAnyPatternIsEnough() {
        assertTrue(new ImageAllowList(List.of()).allows("file:///x/../y"));
        assertTrue(new ImageAllowList(List.of("acme/*", "umbrella/*")).allows("umbrella/t"));
    }

    @ParameterizedTest
    @CsvSource({
        "file:///opt/apps/shop, true",
        "file:///opt/apps/..shop, true",
        "file:///opt/apps/../../bin/sh, false",
        "file:///opt/apps/./shop, false",
        "file:///opt/apps/..%2f..%2fbin/sh, false",
        "FILE:///opt/apps/../../bin/sh, false",
        "file:///opt/apps/.., false",
    })
    void aFileCannotLeadOutOfTheDirectoryThatItSeemsToBeIn(String image, boolean allowed) {
        assertEquals(allowed, new ImageAllowList(List.of("file:///opt/apps/*", "FILE:*")).allows(image));
    }

    @Test
    void aHostilePatternEndsInReasonableTime() {
        // Exponential for a naive matcher; here at most pattern length times text length steps, far below a second.
        assertFalse(ImageAllowList.matches("*a".repeat(500) + "b", "a".repeat(1024)));
    }
}
