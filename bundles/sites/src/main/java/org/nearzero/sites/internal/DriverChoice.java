package org.nearzero.sites.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.driver.ContainerDriver;
import org.nearzero.api.model.Application;

/** The drivers here, in the order in which the orchestrator chooses among them. Any thread. */
final class DriverChoice {
    private volatile List<Ranked> drivers = List.of();

    private record Ranked(ContainerDriver driver, int ranking) {}

    /** A driver came. */
    synchronized void add(ContainerDriver driver, int ranking) {
        List<Ranked> next = new ArrayList<>(drivers);
        next.add(new Ranked(driver, ranking));
        next.sort(Comparator.comparingInt(Ranked::ranking).reversed()); // stable: the first stays first
        drivers = List.copyOf(next);
    }

    /** A driver went. */
    synchronized void remove(ContainerDriver driver) {
        drivers = drivers.stream().filter(each -> each.driver() != driver).toList();
    }

    /** The one that is to run an application; empty: none accepts it. Asks drivers, which may take its time. */
    Optional<ContainerDriver> of(Application application) {
        return drivers.stream()
                .map(Ranked::driver)
                .filter(driver -> accepts(driver, application))
                .findFirst();
    }

    /** One that fails at the question does not, as the orchestrator sees it. */
    private static boolean accepts(ContainerDriver driver, Application application) {
        try {
            return driver.accepts(application);
        } catch (RuntimeException | Error e) {
            return false;
        }
    }
}
