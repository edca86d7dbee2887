package org.nearzero.orchestrator.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nearzero.orchestrator.internal.OrchestratorFixture.POP;
import static org.nearzero.orchestrator.internal.OrchestratorFixture.until;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.orchestrator.testing.FakeDriver;

class DriverLaneTest {
    private static final AppInstanceId WAITS = new AppInstanceId("shop.waits");

    private final FakeDriver driver = new FakeDriver("fake");
    private final DriverLane lane = new DriverLane(driver, 0, 1);
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final List<Object> outcomes = new java.util.concurrent.CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        busy.countDown();
        lane.close();
        driver.close();
    }

    private void block() throws InterruptedException {
        lane.run(
                () -> {
                    blocked.countDown();
                    FakeDriver.block(busy);
                },
                refused -> {});
        blocked.await();
    }

    private void stop() {
        lane.call(d -> d.stop(WAITS, Duration.ZERO), new DriverLane.Outcome<>() {
            @Override
            public void answered(Void nothing) {
                outcomes.add("answered");
            }

            @Override
            public void failed(DriverException failure) {
                outcomes.add(failure);
            }
        });
    }

    @Test
    void aDriverThatHasLeftIsNotCalledAnyMore() throws InterruptedException {
        block();
        stop();
        lane.close();
        busy.countDown();
        until(() -> !outcomes.isEmpty());
        assertEquals(List.of(), driver.stopped);
        DriverException left = assertInstanceOf(DriverException.class, outcomes.get(0));
        assertEquals(DriverException.Code.ENGINE_UNAVAILABLE, left.code());
        assertEquals("driver fake has left", left.getMessage());
    }

    @Test
    void leavesThoughItsQueueIsFullAndHearsNoMoreAtOnce() throws InterruptedException {
        AtomicInteger heard = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        lane.watching(driver.watch(POP, new org.nearzero.api.driver.DriverListener() {
            @Override
            public void changed(org.nearzero.api.driver.DriverInstance instance) {}

            @Override
            public void removed(AppInstanceId instance) {}

            @Override
            public void resync() {
                heard.incrementAndGet();
            }

            @Override
            public void unavailable(String reason) {}
        }));
        block();
        while (refused.get() == 0) {
            lane.run(() -> {}, full -> refused.incrementAndGet());
        }
        lane.close();
        until(() -> {
            int before = heard.get();
            driver.resync();
            return heard.get() == before; // while all of its threads are still busy
        });
        assertTrue(lane.closed());
    }
}
