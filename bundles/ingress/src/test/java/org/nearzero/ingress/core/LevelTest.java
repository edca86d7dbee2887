package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.nearzero.api.ingress.Peak;
import org.nearzero.ingress.core.Together.Work;

class LevelTest {
    private final Level level = new Level();

    private void up(int times) {
        for (int n = 0; n < times; n++) {
            level.up();
        }
    }

    @Test
    void remembersItsPeakAndWhenItWasLeft() {
        up(3);
        assertEquals(2, level.down(10));
        assertEquals(1, level.down(20));
        assertEquals(new Level.Reached(3, 10), level.takePeak(30));
        assertEquals(1, level.current());
    }

    @Test
    void aPeakThatIsReachedAgainCountsFromTheLastTime() {
        up(2);
        level.down(10);
        level.up();
        level.down(20);
        assertEquals(new Level.Reached(2, 20), level.takePeak(30));
    }

    @Test
    void aPeakThatLastsIsHeldUntilNow() {
        up(2);
        assertEquals(new Level.Reached(2, 5), level.takePeak(5));
        assertEquals(new Level.Reached(2, 8), level.takePeak(8));
    }

    @Test
    void theNextPeakStartsFromTheLevelThatThereIs() {
        up(5);
        level.down(1);
        level.takePeak(2);
        level.down(3);
        assertEquals(new Level.Reached(4, 3), level.takePeak(4));
    }

    @Test
    void aPeakIsToldByTheClockOfTheDayAndNeverInTheFuture() {
        assertEquals(
                List.of(new Peak(4, World.NOON.minusNanos(20))), new Level.Reached(4, -10).toPeaks(10, World.NOON));
        assertEquals(List.of(new Peak(4, World.NOON)), new Level.Reached(4, 30).toPeaks(10, World.NOON));
        assertEquals(List.of(), new Level.Reached(0, 5).toPeaks(10, World.NOON));
    }

    @Test
    void noPeakIsMissedWhateverTheThreadsDo() {
        AtomicInteger highestSeen = new AtomicInteger();
        AtomicInteger highestRead = new AtomicInteger();
        Work upAndDown = turn -> {
            level.up();
            int seen = level.current();
            level.up();
            highestSeen.accumulateAndGet(seen, Math::max);
            highestSeen.accumulateAndGet(level.down(turn) + 1, Math::max);
            level.down(turn);
        };
        Together.run(
                30_000,
                upAndDown,
                upAndDown,
                upAndDown,
                turn -> highestRead.accumulateAndGet(level.takePeak(turn).level(), Math::max));
        highestRead.accumulateAndGet(level.takePeak(0).level(), Math::max);
        assertEquals(0, level.current());
        assertTrue(highestRead.get() >= highestSeen.get(), highestRead + " read, " + highestSeen + " seen");
        assertTrue(highestRead.get() <= 6, "never so many: " + highestRead);
    }
}
