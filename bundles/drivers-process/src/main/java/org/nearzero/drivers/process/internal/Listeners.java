package org.nearzero.drivers.process.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who hears of what. One listener that throws does not keep the others from hearing. */
final class Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private record Registration(PopId pop, DriverListener listener) {}

    private final List<Registration> registrations = new CopyOnWriteArrayList<>();

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

    static void tell(DriverListener listener, Consumer<DriverListener> news) {
        try {
            news.accept(listener);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("listener={} state=failed", listener.getClass().getName(), e);
        }
    }

    private void all(PopId pop, Consumer<DriverListener> news) {
        for (Registration registration : registrations) {
            if (registration.pop().equals(pop)) {
                tell(registration.listener(), news);
            }
        }
    }
}
