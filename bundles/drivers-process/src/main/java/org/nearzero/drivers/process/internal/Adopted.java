package org.nearzero.drivers.process.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.model.AppInstanceId;

/**
 * Notices the end of processes that were found running. The kernel tells only a parent of a death; for others the JDK's
 * {@code ProcessHandle.onExit} looks every few seconds, which is too slow for WATCH-1. So this one looks five times a second, one
 * thread for all, and only while there are any.
 */
final class Adopted {
    private static final long LOOK_MILLIS = 200;

    private final Map<AppInstanceId, Entry> watched = new ConcurrentHashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final ScheduledExecutorService timer;
    private final Consumer<Entry> ended;

    /** @param ended is told of each end once; must return quickly */
    Adopted(ScheduledExecutorService timer, Consumer<Entry> ended) {
        this.timer = timer;
        this.ended = ended;
    }

    void add(Entry entry) {
        watched.put(entry.id(), entry);
        lookSoon();
    }

    void remove(AppInstanceId instance) {
        watched.remove(instance);
    }

    boolean contains(AppInstanceId instance) {
        return watched.containsKey(instance);
    }

    private void lookSoon() {
        if (!watched.isEmpty() && looking.compareAndSet(false, true)) {
            try {
                timer.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                looking.set(false); // closed: nobody listens any more
            }
        }
    }

    private void look() {
        looking.set(false);
        try {
            watched.forEach((id, entry) -> {
                if (new Family(entry).leader().isEmpty() && watched.remove(id, entry)) {
                    ended.accept(entry);
                }
            });
        } catch (DriverException e) {
            // /proc cannot be read at the moment; the calls that need it say so
        } finally {
            lookSoon();
        }
    }
}
