package org.nearzero.orchestrator.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstance;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Usage;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;

/**
 * One application as the orchestrator knows it: everything that what is done next depends on.
 *
 * @param application what was handed over
 * @param placing which part this point of presence plays for it
 * @param generation fingerprint of what its instances are to be made from
 * @param driver name of the driver that runs new instances; empty if none accepts the application
 * @param inventoried whether it is known what that driver runs already: nothing is started before
 * @param instances its instances, oldest first
 * @param demand what was last read, with the peaks of the recent past
 * @param desired the last decision
 * @param backoff when starts may be tried again
 * @param advice what was found at the hand-over and could not be made sure of; may be empty
 * @param engine why the driver cannot say what it runs; empty if it can
 * @param room how many more instances the operator's caps left room for at the last decision
 * @param deleteBy when what is left is stopped whatever it carries; {@link Instant#MAX} if the application is not being deleted
 * @param routes the routes that the ingress was last given
 */
public record AppState(
        Application application,
        Placing placing,
        String generation,
        String driver,
        boolean inventoried,
        Map<AppInstanceId, Instance> instances,
        Demand demand,
        Desired desired,
        Backoff backoff,
        String advice,
        String engine,
        int room,
        Instant deleteBy,
        Routes routes) {
    private static final Desired UNDECIDED = new Desired(0, "not decided yet", Optional.empty(), false);

    /**
     * An application that was just handed over.
     *
     * @param revision where the numbers of its routes begin: higher than any that the ingress may know from before
     */
    public static AppState applied(Event.Applied event, long revision, Instant now) {
        Application application = event.application();
        Placing placing = Placing.of(event.placement(), now);
        return new AppState(
                application,
                placing,
                Generation.of(application),
                event.driver(),
                event.inventoried(),
                Map.of(),
                Demand.none(application.appId()),
                UNDECIDED,
                Backoff.NONE,
                event.advice(),
                "",
                0,
                Instant.MAX,
                Projection.none(application, placing, revision, now));
    }

    /** Its name. */
    public AppId appId() {
        return application.appId();
    }

    /** Which part this point of presence plays for it. */
    public Placement placement() {
        return placing.placement();
    }

    /** The same with other routes, and what they make of the part that is played. */
    AppState routed(Routes next, Placing then) {
        return new AppState(
                application,
                then,
                generation,
                driver,
                inventoried,
                instances,
                demand,
                desired,
                backoff,
                advice,
                engine,
                room,
                deleteBy,
                next);
    }

    /** Whether it is being deleted. */
    public boolean deleting() {
        return deleteBy.isBefore(Instant.MAX);
    }

    /** Whether nothing is left of an application that was deleted. */
    public boolean gone() {
        return deleting() && instances.isEmpty() && placing.breakBy().equals(Instant.MAX);
    }

    /** Whether an instance is made from what the application is now, on the driver that it belongs on now. */
    public boolean current(Instance instance) {
        return instance.value().generation().equals(generation)
                && (driver.isEmpty() || instance.value().driver().equals(driver));
    }

    /** Whether more instances are wanted than the operator's caps left room for. */
    public boolean starved() {
        long live =
                instances.values().stream().filter(i -> i.live() && current(i)).count();
        return desired.capped() || desired.instances() - live > room;
    }

    /** What its instances take of what the operator allows. */
    public Usage usage() {
        Usage sum = Usage.NONE;
        for (Instance instance : instances.values()) {
            if (instance.inUse()) {
                sum = sum.plus(Usage.of(1, instance.resources()));
            }
        }
        return sum;
    }

    /**
     * The instances that a decision counts: those whose process may run. An older instance and the current one that takes its place count as one: counting
     * both, a decision that holds what runs would hold twice as many, and the roll-out would chase its own tail.
     */
    public Observed observed() {
        List<AppInstance> counted = new ArrayList<>();
        List<Instance> older = new ArrayList<>();
        int current = 0;
        for (Instance instance : instances.values()) {
            if (instance.live() && !current(instance)) {
                older.add(instance);
            } else if (instance.inUse()) {
                counted.add(instance.value());
                current += instance.live() ? 1 : 0;
            }
        }
        older.sort(Comparator.comparing(Instance::draining));
        older.stream()
                .limit(Math.max(0, older.size() - current))
                .map(Instance::value)
                .forEach(counted::add);
        return new Observed(counted);
    }
}
