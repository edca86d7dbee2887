package org.nearzero.ingress.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.nearzero.ingress.core.Gate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wakes each gate when it asked to be woken: one timer for a gate, none while it asks for nothing. Thread-safe. */
final class Alarms implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);

    private final ScheduledThreadPoolExecutor timer;
    private final Map<Gate, Future<?>> set = new ConcurrentHashMap<>();

    Alarms() {
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "nearzero-ingress-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Wakes {@code gate} at {@code nanos} of {@link System#nanoTime}, in place of when it asked for before. */
    void set(Gate gate, long nanos) {
        set.compute(gate, (same, before) -> {
            if (before != null) {
                before.cancel(false);
            }
            try {
                long after = Math.max(0, nanos - System.nanoTime());
                return timer.schedule(() -> wake(gate), after, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                return null; // closed
            }
        });
    }

    @Override
    public void close() {
        timer.shutdownNow();
        set.clear();
    }

    private void wake(Gate gate) {
        set.remove(gate);
        try {
            gate.wake();
        } catch (RuntimeException e) {
            LOG.error("gate failed to do what was due app={}", gate.app(), e);
        }
    }
}
