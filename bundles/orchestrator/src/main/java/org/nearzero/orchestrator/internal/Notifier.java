package org.nearzero.orchestrator.internal;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.nearzero.api.model.AppId;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.orchestrator.StatusListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the code of those who listen, off the loop. Each listener is told one status at a time and in order, the newest of each
 * application only; one that is slow or hangs holds one thread of its own and delays nobody else.
 */
final class Notifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

    private final List<Inbox> inboxes = new CopyOnWriteArrayList<>();
    private final ExecutorService executor =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), r -> {
                Thread thread = new Thread(r, "nearzero-status");
                thread.setDaemon(true);
                return thread;
            });

    void add(StatusListener listener) {
        inboxes.add(new Inbox(listener));
    }

    void remove(StatusListener listener) {
        inboxes.removeIf(inbox -> inbox.listener == listener);
    }

    void tell(ApplicationStatus status) {
        for (Inbox inbox : inboxes) {
            inbox.put(status);
        }
    }

    /** Runs somebody else's continuation. */
    void run(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.run(); // closing: the one who closes has to do it
        }
    }

    @Override
    public void close() {
        inboxes.clear();
        executor.shutdown();
    }

    private final class Inbox implements Runnable {
        private final StatusListener listener;
        private final Map<AppId, ApplicationStatus> newest = new LinkedHashMap<>();
        private boolean running;

        Inbox(StatusListener listener) {
            this.listener = listener;
        }

        void put(ApplicationStatus status) {
            synchronized (newest) {
                newest.put(status.application().appId(), status);
                if (running) {
                    return;
                }
                running = true;
            }
            try {
                executor.execute(this);
            } catch (RejectedExecutionException e) {
                LOG.debug("event=status-dropped reason=closing");
            }
        }

        @Override
        public void run() {
            while (inboxes.contains(this)) {
                ApplicationStatus status;
                synchronized (newest) {
                    Iterator<ApplicationStatus> first = newest.values().iterator();
                    if (!first.hasNext()) {
                        running = false;
                        return;
                    }
                    status = first.next();
                    first.remove();
                }
                try {
                    listener.changed(status);
                } catch (RuntimeException | Error e) {
                    LOG.warn(
                            "event=status-listener-failed listener={} app={}",
                            listener.getClass().getName(),
                            status.application().appId(),
                            e);
                }
            }
        }
    }
}
