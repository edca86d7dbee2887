package org.nearzero.drivers.process.internal;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.nearzero.api.model.AppInstanceId;

/** One thing at a time for an instance; different instances rarely share one of the locks. */
final class InstanceLocks {
    private final ReentrantLock[] locks = new ReentrantLock[256];

    InstanceLocks() {
        for (int i = 0; i < locks.length; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    <T> T with(AppInstanceId instance, Supplier<T> task) {
        ReentrantLock lock = locks[Math.floorMod(instance.hashCode(), locks.length)];
        lock.lock();
        try {
            return task.get();
        } finally {
            lock.unlock();
        }
    }
}
