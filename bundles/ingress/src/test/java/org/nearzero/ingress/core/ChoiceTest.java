package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.ingress.core.Given.instance;
import static org.nearzero.ingress.core.Given.instances;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ChoiceTest {
    private static final long NOW = 1_000;

    @Test
    void ofTwoTheOneThatCarriesLessIsTaken() {
        Instance[] open = {instance(1, 100), instance(2, 100)};
        for (int n = 1; n <= 100; n++) {
            Choice.acquire(open, NOW);
            assertTrue(Math.abs(open[0].taken() - open[1].taken()) <= 1, open[0].taken() + ", " + open[1].taken());
        }
    }

    @Test
    void amongManyTheLoadsStayClose() {
        Instance[] open = instances(50, 1_000);
        for (int n = 0; n < 5_000; n++) {
            Choice.acquire(open, NOW);
        }
        int highest = Arrays.stream(open).mapToInt(Slots::taken).max().orElseThrow();
        assertTrue(highest < 115, "100 on average, but " + highest);
    }

    @Test
    void theLastFreeSlotIsFoundWhereverItIs() {
        for (int free = 0; free < 20; free++) {
            Instance[] open = instances(20, 1);
            for (int n = 0; n < 20; n++) {
                assertTrue(n == free || open[n].tryAcquire());
            }
            assertSame(open[free], Choice.acquire(open, NOW));
            assertNull(Choice.acquire(open, NOW));
        }
    }

    @Test
    void thoseThatAreAvoidedComeLastUntilTheirTime() {
        Instance[] open = instances(3, 1);
        open[0].avoidUntil(NOW, NOW + 10);
        open[1].avoidUntil(NOW, NOW + 10);
        assertSame(open[2], Choice.acquire(open, NOW));
        assertTrue(Choice.acquire(open, NOW) != null && Choice.acquire(open, NOW) != null);
        Instance[] again = instances(2, 1_000);
        again[0].avoidUntil(NOW, NOW + 10);
        for (int n = 0; n < 20; n++) {
            assertSame(again[1], Choice.acquire(again, NOW + 9));
        }
        assertSame(again[0], Choice.acquire(again, NOW + 10));
    }

    @Test
    void theOnlyOneIsTakenThoughItIsAvoided() {
        Instance[] open = instances(1, 1);
        open[0].avoidUntil(NOW, NOW + 10);
        assertSame(open[0], Choice.acquire(open, NOW));
        assertNull(Choice.acquire(open, NOW));
        assertNull(Choice.acquire(new Instance[0], NOW));
    }

    @Test
    void theOneThatIsLeftOutIsNeverTaken() {
        Instance[] open = instances(3, 2);
        for (int n = 0; n < 4; n++) {
            assertTrue(Choice.acquire(open, open[1], NOW) != open[1]);
        }
        assertNull(Choice.acquire(open, open[1], NOW));
        assertNull(Choice.acquire(new Instance[] {open[1]}, open[1], NOW));
        assertEquals(0, open[1].taken());
    }

    @Test
    void thatAnInstanceIsToBeAvoidedIsNewsOnce() {
        Instance instance = instance(1, 1);
        assertTrue(instance.avoidUntil(NOW, NOW + 10));
        assertTrue(!instance.avoidUntil(NOW + 5, NOW + 15));
        assertTrue(instance.avoidUntil(NOW + 15, NOW + 25));
    }
}
