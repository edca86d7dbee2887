package org.nearzero.drivers.docker.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who want to hear, and the one thread that tells them, in the order in which things were said here. A listener that
 * throws is logged and does not keep the others from hearing. Thread-safe.
 */
final class Listeners implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final ExecutorService teller = new ThreadPoolExecutor(
            1,
            1,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
                Thread thread = new Thread(task, "nearzero-docker-teller");
                thread.setDaemon(true);
                return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());

    /** @param first what this listener alone is told first */
    Subscription add(PopId pop, DriverListener listener, Consumer<DriverListener> first) {
        Watcher watcher = new Watcher(pop, listener);
        watchers.add(watcher);
        teller.execute(() -> watcher.tell(first));
        return watcher;
    }

    /** Whether anybody wants to hear of a point of presence. */
    boolean hear(PopId pop) {
        return watchers.stream().anyMatch(watcher -> watcher.pop.equals(pop));
    }

    void changed(DriverInstance instance) {
        tell(watcher -> watcher.pop.equals(instance.popId()), listener -> listener.changed(instance));
    }

    void removed(PopId pop, AppInstanceId instance) {
        tell(watcher -> watcher.pop.equals(pop), listener -> listener.removed(instance));
    }

    void resync() {
        tell(watcher -> true, DriverListener::resync);
    }

    void unavailable(String reason) {
        tell(watcher -> true, listener -> listener.unavailable(reason));
    }

    private void tell(Predicate<Watcher> whom, Consumer<DriverListener> what) {
        teller.execute(() -> watchers.stream().filter(whom).forEach(watcher -> watcher.tell(what)));
    }

    @Override
    public void close() {
        watchers.clear();
        teller.shutdownNow();
    }

    private final class Watcher implements Subscription {
        private final PopId pop;
        private final DriverListener listener;
        private volatile boolean open = true;

        Watcher(PopId pop, DriverListener listener) {
            this.pop = pop;
            this.listener = listener;
        }

        void tell(Consumer<DriverListener> what) {
            if (!open) {
                return;
            }
            try {
                what.accept(listener);
            } catch (RuntimeException | LinkageError e) {
                LOG.warn(
                        "a listener failed, others go on: listener={}",
                        listener.getClass().getName(),
                        e);
            }
        }

        @Override
        public void close() {
            open = false;
            watchers.remove(this);
        }
    }
}
