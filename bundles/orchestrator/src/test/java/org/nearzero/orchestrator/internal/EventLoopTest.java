package org.nearzero.orchestrator.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.nearzero.orchestrator.testing.FakeDriver;
import org.nearzero.orchestrator.testing.MovableClock;

class EventLoopTest {
    private final EventLoop loop = new EventLoop("loop", new MovableClock());
    private final AtomicInteger ran = new AtomicInteger();

    @Test
    void runsEverythingThatWasPutBeforeItWasClosed() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        loop.start();
        loop.put(() -> FakeDriver.block(gate));
        for (int i = 0; i < 2_000; i++) {
            loop.put(ran::incrementAndGet);
        }
        Thread closes = new Thread(loop::close);
        closes.start();
        OrchestratorFixture.until(() -> closes.getState() == Thread.State.TIMED_WAITING);
        gate.countDown();
        closes.join();
        assertEquals(2_000, ran.get());
    }

    @Test
    void endsThoughMessagesKeepComing() {
        Runnable[] again = new Runnable[1];
        again[0] = () -> loop.put(again[0]);
        loop.start();
        loop.put(again[0]);
        loop.put(loop::close);
        loop.close();
        loop.put(ran::incrementAndGet);
        assertEquals(0, ran.get());
    }
}
