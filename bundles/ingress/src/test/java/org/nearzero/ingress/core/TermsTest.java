package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nearzero.api.ingress.Routes.Otherwise;
import org.nearzero.api.ingress.Routes.Park;
import org.nearzero.api.ingress.Routes.Refuse;

class TermsTest {
    private static final long NANOS = -7;

    private static Terms terms(Otherwise otherwise) {
        return Terms.of(Given.routes(1, 1, Given.queue(2, 100, Duration.ofSeconds(1)), otherwise), NANOS, World.NOON);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "1, 1",
        "999999999, 1",
        "1000000000, 1",
        "1000000001, 2",
        "2000000000, 2",
        "9223372036854775807, 9223372037"
    })
    void retryAfterIsInWholeSecondsRoundedUpAndAtLeastOne(long nanos, long seconds) {
        assertEquals(seconds, new Refusal(true, "", nanos).retryAfterSeconds());
    }

    @Test
    void boundsAreReachedAndNotPassed() {
        Terms terms = terms(new Park());
        assertNull(terms.refusal(1, 100, NANOS));
        assertEquals(
                "as many connections wait as may: 2", terms.refusal(2, 0, NANOS).reason());
        assertEquals(
                "those that wait hold as many bytes as they may: 100",
                terms.refusal(0, 101, NANOS).reason());
        assertNull(terms.refusalOfAll(NANOS));
    }

    @Test
    void whoRefusesDoesSoUntilItsTimeAndSaysHowLongThatIs() {
        Terms terms = terms(new Refuse("no room", World.NOON.plusNanos(10)));
        assertEquals(new Refusal(true, "no room", 10), terms.refusalOfAll(NANOS));
        assertEquals(new Refusal(true, "no room", 1), terms.refusal(0, 0, NANOS + 9));
        assertNull(terms.refusal(0, 0, NANOS + 10));
    }

    @Test
    void aTimeInThePastRefusesNobodyAndOneFarAwayIsAYear() {
        assertNull(terms(new Refuse("", Instant.MIN)).refusalOfAll(NANOS));
        assertEquals(
                Duration.ofDays(365).toSeconds(),
                terms(new Refuse("", Instant.MAX)).refusalOfAll(NANOS).retryAfterSeconds());
    }

    @Test
    void whatIsNotRoutedIsUnknownForEver() {
        Refusal refusal = Terms.unknown("gone").refusal(0, 0, Long.MAX_VALUE);
        assertEquals(new Refusal(false, "gone", 0), refusal);
        assertFalse(Terms.unknown("gone").known());
    }
}
