package org.nearzero.orchestrator.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nearzero.orchestrator.core.Backoff.Cause;

class BackoffTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static List<Long> delays(Cause cause, int rounds) {
        List<Long> delays = new ArrayList<>();
        Backoff backoff = Backoff.NONE;
        Instant now = NOW;
        for (int i = 0; i < rounds; i++) {
            backoff = backoff.failed(now, now, cause, "x");
            delays.add(Duration.between(now, backoff.retryAt()).toMillis());
            now = backoff.retryAt();
        }
        return delays;
    }

    @Test
    void doublesFromAQuarterOfASecondToAMinute() {
        assertEquals(
                List.of(250L, 500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 60_000L, 60_000L, 60_000L),
                delays(Cause.PASSING, 11));
    }

    @Test
    void waitsLongerWhereTryingAgainDoesNotHelp() {
        assertEquals(List.of(30_000L, 60_000L, 60_000L), delays(Cause.LASTING, 3));
    }

    @Test
    void staysAtTheLongestForEver() {
        assertEquals(Backoff.LONGEST, Backoff.delay(1_000_000, Cause.PASSING));
    }

    @Test
    void countsStartsThatWereUnderWayTogetherAsOneRound() {
        Backoff first = Backoff.NONE.failed(NOW, NOW.plusMillis(100), Cause.PASSING, "one");
        Backoff second = first.failed(NOW, NOW.plusMillis(200), Cause.PASSING, "two");
        assertEquals(1, second.failures());
        assertEquals(first.retryAt(), second.retryAt());
        assertEquals("two", second.reason());
    }

    @Test
    void blocksUntilTheInstantOfTheRetryAndNoLonger() {
        Backoff backoff = Backoff.NONE.failed(NOW, NOW, Cause.PASSING, "x");
        assertTrue(backoff.blocks(NOW.plusMillis(249)));
        assertFalse(backoff.blocks(NOW.plusMillis(250)));
        assertFalse(Backoff.NONE.blocks(NOW));
    }

    @Test
    void isDisprovedOnlyByAnInstanceThatWasStartedAfterTheFailure() {
        Backoff backoff = Backoff.NONE.failed(NOW, NOW, Cause.PASSING, "x");
        assertFalse(backoff.disprovedBy(NOW));
        assertTrue(backoff.disprovedBy(NOW.plusMillis(250)));
    }

    @Test
    void endsWhenTheEngineIsBackOnlyIfItWasTheEngine() {
        assertSame(
                Backoff.NONE,
                Backoff.NONE.failed(NOW, NOW, Cause.NO_ENGINE, "away").engineBack());
        Backoff other = Backoff.NONE.failed(NOW, NOW, Cause.PASSING, "x");
        assertSame(other, other.engineBack());
    }
}
