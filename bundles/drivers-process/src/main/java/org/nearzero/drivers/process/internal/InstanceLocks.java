package org.nearzero.drivers.process.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.nearzero.api.model.AppInstanceId;

/**
 * One thing at a time for an instance. Each instance has a lock of its own, not a share of one: a stop holds it for the whole
 * grace, and no other instance may wait for that.
 */
final class InstanceLocks {
    private static final class Held extends ReentrantLock {
        private static final long serialVersionUID = 1L;

        /** Threads that hold it or wait for it; changed only inside the map's compute. */
        private int users;
    }

    private final Map<AppInstanceId, Held> locks = new ConcurrentHashMap<>();

    <T> T with(AppInstanceId instance, Supplier<T> task) {
        Held lock = locks.compute(instance, (id, known) -> {
            Held held = known == null ? new Held() : known;
            held.users++;
            return held;
        });
        lock.lock();
        try {
            return task.get();
        } finally {
            lock.unlock();
            locks.computeIfPresent(instance, (id, held) -> --held.users == 0 ? null : held);
        }
    }

    /** How many instances are held or waited for now. */
    int size() {
        return locks.size();
    }
}
