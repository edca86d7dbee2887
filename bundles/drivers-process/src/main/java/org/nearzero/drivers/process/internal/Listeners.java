package org.nearzero.drivers.process.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who hears of what. News is told in order by one thread of its own, so that no listener is called under a lock of ours; one that
 * throws does not keep the others from hearing.
 */
final class Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private record Registration(PopId pop, DriverListener listener) {}

    private final List<Registration> registrations = new CopyOnWriteArrayList<>();
    private final Executor teller;

    /** @param teller runs one task at a time, in order */
    Listeners(Executor teller) {
        this.teller = teller;
    }

    Subscription add(PopId pop, DriverListener listener) {
        Registration registration = new Registration(pop, listener);
        registrations.add(registration);
        return () -> registrations.removeIf(known -> known == registration);
    }

    void changed(DriverInstance instance) {
        all(instance.popId(), listener -> listener.changed(instance));
    }

    void removed(PopId pop, AppInstanceId instance) {
        all(pop, listener -> listener.removed(instance));
    }

    void clear() {
        registrations.clear();
    }

    void unavailable(DriverListener only, String reason) {
        later(() -> registrations.stream()
                .filter(each -> each.listener() == only)
                .limit(1)
                .forEach(each -> tell(each, listener -> listener.unavailable(reason))));
    }

    private void all(PopId pop, Consumer<DriverListener> news) {
        later(() ->
                registrations.stream().filter(each -> each.pop().equals(pop)).forEach(each -> tell(each, news)));
    }

    private void later(Runnable telling) {
        try {
            teller.execute(telling);
        } catch (RejectedExecutionException e) {
            // closed: nobody listens any more
        }
    }

    private static void tell(Registration registration, Consumer<DriverListener> news) {
        try {
            news.accept(registration.listener());
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "pop={} listener={} state=failed",
                    registration.pop(),
                    registration.listener().getClass().getName(),
                    e);
        }
    }
}
