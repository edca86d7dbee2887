package org.nearzero.sites.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.nearzero.api.model.Subscription;
import org.nearzero.api.sites.Migration;
import org.nearzero.api.sites.MigrationListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners of migrations, each on a thread of its own and in order: one that hangs delays itself alone. */
final class Announcer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

    private final List<Heard> heard = new CopyOnWriteArrayList<>();

    private record Heard(MigrationListener listener, ExecutorService thread) {}

    Subscription watch(MigrationListener listener) {
        Heard entry = new Heard(listener, Threads.few("nearzero-migrations", 1));
        heard.add(entry);
        return () -> end(entry);
    }

    void remove(MigrationListener listener) {
        heard.stream().filter(entry -> entry.listener() == listener).forEach(this::end);
    }

    private void end(Heard entry) {
        heard.remove(entry);
        entry.thread().shutdown();
    }

    void tell(Migration migration) {
        for (Heard entry : heard) {
            try {
                entry.thread().execute(() -> tell(entry.listener(), migration));
            } catch (RejectedExecutionException e) {
                LOG.debug("event=migration-not-told reason=closing");
            }
        }
    }

    private static void tell(MigrationListener listener, Migration migration) {
        try {
            listener.changed(migration);
        } catch (RuntimeException | Error e) {
            LOG.warn(
                    "event=migration-listener-failed listener={} migration={}",
                    listener.getClass().getName(),
                    migration.migrationId(),
                    e);
        }
    }

    @Override
    public void close() {
        heard.forEach(this::end);
    }
}
