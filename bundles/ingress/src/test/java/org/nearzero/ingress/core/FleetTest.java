package org.nearzero.ingress.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.ingress.core.Given.draining;
import static org.nearzero.ingress.core.Given.id;
import static org.nearzero.ingress.core.Given.open;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FleetTest {
    private final World world = new World();
    private final Fleet fleet = new Fleet((target, limit) -> world.instance(Given.APP, target, limit));

    @Test
    void oneInstanceServesATargetThroughAllRoutes() {
        Instance first = fleet.assign(List.of(open(1)), 2)[0];
        first.tryAcquire();
        assertEquals(0, fleet.assign(List.of(draining(1)), 2).length);
        assertFalse(first.hasRoom());
        assertSame(first, fleet.assign(List.of(open(1)), 3)[0]);
        assertEquals(3, first.limit());
        assertEquals(1, world.hosts.size());
    }

    @Test
    void whatIsNamedNoMoreIsForgottenOnceItIsEmpty() {
        Instance carrying = fleet.assign(List.of(open(1), open(2)), 2)[0];
        carrying.tryAcquire();
        fleet.assign(List.of(), 2);
        assertFalse(carrying.tryAcquire());
        assertEquals(Map.of(id(1), 1), fleet.inFlight());
        carrying.release();
        assertEquals(Map.of(), fleet.inFlight());
        world.hosts.forEach(host -> assertEquals(1, host.closings.get()));
    }

    @Test
    void whatWasForgottenMayComeBackAndWhatWasRetiredMayNot() {
        fleet.assign(List.of(open(1), open(2)), 2);
        fleet.assign(List.of(open(2)), 2);
        assertTrue(fleet.retire(id(2)));
        assertEquals(0, fleet.open().length);
        Instance[] open = fleet.assign(List.of(open(1), open(2)), 2);
        assertEquals(1, open.length);
        assertEquals(id(1), open[0].id());
    }

    @Test
    void theNamesOfAThousandRetiredAreRemembered() {
        for (int n = 0; n < 1_000; n++) {
            fleet.retire(id(n));
        }
        assertEquals(0, fleet.assign(List.of(open(0), open(999)), 1).length);
        for (int n = 1_000; n < 3_000; n++) {
            fleet.retire(id(n));
        }
        assertEquals(1, fleet.assign(List.of(open(0), open(2_999)), 1).length, "not for ever");
    }

    @Test
    void anInstanceThatAcceptsElsewhereIsMadeAnewOnceNobodyIsOnTheOldOne() {
        Instance first = fleet.assign(List.of(open(1)), 2)[0];
        first.tryAcquire();
        assertEquals(0, fleet.assign(List.of(Given.elsewhere(1)), 2).length);
        assertFalse(first.tryAcquire());
        assertEquals(0, fleet.tidy().length);
        assertEquals(Map.of(id(1), 1), fleet.inFlight());
        assertTrue(first.release());
        Instance second = fleet.tidy()[0];
        assertEquals("127.0.0.2", second.endpoint().host());
        assertTrue(first.isClosed());
        assertEquals(1, world.hosts.peek().closings.get());
        assertTrue(second.tryAcquire());
        assertSame(second, fleet.tidy()[0]);
    }

    @Test
    void oneThatIsBackAtItsOldEndpointGoesOn() {
        Instance first = fleet.assign(List.of(open(1)), 2)[0];
        first.tryAcquire();
        fleet.assign(List.of(Given.elsewhere(1)), 2);
        assertSame(first, fleet.assign(List.of(open(1)), 2)[0]);
        assertTrue(first.tryAcquire());
    }

    @Test
    void tellsOnlyOfWhatEmptiedSinceItWasRead() {
        Instance instance = fleet.assign(List.of(open(1)), 2)[0];
        instance.tryAcquire();
        fleet.assign(List.of(draining(1)), 2);
        fleet.inFlight();
        assertFalse(fleet.isEmptiedSinceRead());
        instance.release();
        assertTrue(fleet.isEmptiedSinceRead());
        fleet.assign(List.of(open(1)), 2);
        assertFalse(fleet.isEmptiedSinceRead());
        fleet.assign(List.of(), 2);
        assertTrue(fleet.isEmptiedSinceRead());
        fleet.inFlight();
        assertFalse(fleet.isEmptiedSinceRead());
    }

    @Test
    void whatWasRetiredIsKnownToBeEmpty() {
        Instance instance = fleet.assign(List.of(open(1)), 2)[0];
        instance.tryAcquire();
        fleet.inFlight();
        instance.release();
        fleet.retire(id(1));
        assertFalse(fleet.isEmptiedSinceRead());
    }
}
