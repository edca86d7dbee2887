package org.nearzero.api.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10); // it may well overflow on the way
    private final Wall wall = new Wall();
    private final SteadyClock clock = new SteadyClock(wall, nanos::get);

    /** A wall clock that somebody sets. */
    private static final class Wall extends Clock {
        private Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void beginsWithTheWallClockAndMovesWithTheTimeThatPasses() {
        assertEquals(START, clock.instant());
        nanos.addAndGet(Duration.ofSeconds(20).toNanos());
        assertEquals(START.plusSeconds(20), clock.instant());
    }

    @Test
    void doesNotCareIfSomebodySetsTheWallClock() {
        wall.now = START.minus(Duration.ofHours(1));
        nanos.addAndGet(1);
        assertEquals(START.plusNanos(1), clock.instant());
    }

    @Test
    void isTheSameClockInAnotherZone() {
        nanos.addAndGet(5);
        Clock there = clock.withZone(ZoneId.of("Asia/Tokyo"));
        assertEquals(ZoneId.of("Asia/Tokyo"), there.getZone());
        assertEquals(clock.instant(), there.instant());
    }

    @Test
    void isOneForTheWholeProcess() {
        assertSame(SteadyClock.ofThisProcess(), SteadyClock.ofThisProcess());
    }
}
