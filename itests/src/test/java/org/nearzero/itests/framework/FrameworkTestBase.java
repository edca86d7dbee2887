package org.nearzero.itests.framework;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.inject.Inject;
import org.junit.After;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;

/** A test in a framework with the shipped bundles. When a service does not come, it says which component waits for what. */
public abstract class FrameworkTestBase {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<ServiceTracker<?, ?>> held = new ArrayList<>();

    @Inject
    BundleContext context;

    @Configuration
    public Option[] framework() throws IOException {
        Path base = Path.of("target", "exam", getClass().getSimpleName()).toAbsolutePath();
        Files.createDirectories(base);
        return ShippedBundles.in(base);
    }

    /**
     * The service of a type, held until the end of the test: a component that nobody holds is deactivated. Fails with the reason if
     * it does not come.
     */
    <S> S service(Class<S> type) throws Exception {
        ServiceTracker<S, S> tracker = new ServiceTracker<>(context, type, null);
        tracker.open();
        held.add(tracker);
        S service = tracker.waitForService(PATIENCE.toMillis());
        if (service == null) {
            throw new AssertionError("no " + type.getName() + " after " + PATIENCE + "; " + state());
        }
        return service;
    }

    @After
    public void letGo() {
        held.forEach(ServiceTracker::close);
    }

    /** Waits until a condition is met. */
    void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + PATIENCE + ": " + what + "; " + state());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** What the start-up report says is missing. */
    String state() throws IOException {
        Path state = Path.of(context.getProperty("nearzero.base"), "run", "state");
        return Files.exists(state) ? "components: " + Files.readString(state) : "no start-up report";
    }
}
