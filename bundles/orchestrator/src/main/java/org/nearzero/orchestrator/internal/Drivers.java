package org.nearzero.orchestrator.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.DriverListener;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.orchestrator.core.Event;
import org.nearzero.orchestrator.core.Generation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the drivers as they come and go: which one runs an application, what each of them runs already, and what of that
 * belongs to nobody. Belongs to the loop's thread.
 */
final class Drivers {
    private static final Logger LOG = LoggerFactory.getLogger(Drivers.class);
    private static final Duration RELIST = Duration.ofSeconds(1);

    private record Orphan(DriverLane lane, DriverInstance instance) {}

    private final Map<AppInstanceId, Orphan> orphans = new LinkedHashMap<>();
    private final Map<DriverLane, Instant> orphansLeftAloneUntil = new IdentityHashMap<>();
    private Set<AppId> expected = Set.of();
    private final Instant begun;
    private final EventLoop loop;
    private final Clock clock;
    private final OrchestratorSettings settings;
    private final Lanes lanes;
    private final Apps apps;
    private final DriverCalls calls;

    Drivers(EventLoop loop, Clock clock, OrchestratorSettings settings, Lanes lanes, Apps apps, DriverCalls calls) {
        this.loop = loop;
        this.clock = clock;
        this.settings = settings;
        this.lanes = lanes;
        this.apps = apps;
        this.calls = calls;
        this.begun = clock.instant();
    }

    /** A driver has come: it is listened to, asked what it runs, and asked which of the applications it takes. */
    void joined(DriverLane lane) {
        LOG.info("event=driver-joined driver={} ranking={}", lane.name(), lane.ranking());
        lane.run(
                () -> {
                    watch(lane);
                    loop.put(() -> list(lane)); // what happened before it was listened to, nobody has told
                },
                refused -> {});
        list(lane); // at once all the same: to be listened to may take a driver long
        List<Application> applications =
                apps.all().stream().map(slot -> slot.state.application()).toList();
        askWhetherAccepted(lane, applications);
        Instant until = clock.instant().plus(settings.orphanGrace());
        orphansLeftAloneUntil.put(lane, until);
        loop.alarm(until, () -> list(lane)); // nothing is stopped on old knowledge
    }

    private void watch(DriverLane lane) {
        try {
            lane.watching(lane.driver().watch(settings.popId(), new Listener(lane)));
        } catch (RuntimeException | Error e) {
            LOG.error("event=driver-watch-failed driver={} next=\"works with lists alone\"", lane.name(), e);
        }
    }

    /** Asks a driver about applications that it has not been asked about when they were handed over. */
    void askWhetherAccepted(DriverLane lane, List<Application> applications) {
        if (applications.isEmpty()) {
            return;
        }
        lane.run(
                () -> {
                    Map<Application, Boolean> answers = new IdentityHashMap<>();
                    for (Application application : applications) {
                        answers.put(application, Admission.accepts(lane, application));
                    }
                    loop.put(() -> accepted(lane, answers));
                },
                refused -> LOG.warn("event=driver-not-asked driver={}", lane.name(), refused));
    }

    private void accepted(DriverLane lane, Map<Application, Boolean> answers) {
        if (lane.closed()) {
            return;
        }
        for (Slot slot : apps.all()) {
            Boolean answer = answers.get(slot.state.application());
            if (answer != null) {
                slot.accepted.put(lane, answer);
                choose(slot);
            }
        }
    }

    /** A driver has left. What it ran goes on without it, its state unknown, until it or another that lists it comes. */
    void left(DriverLane lane) {
        LOG.info("event=driver-left driver={}", lane.name());
        lane.close();
        orphans.values().removeIf(orphan -> orphan.lane() == lane);
        orphansLeftAloneUntil.remove(lane);
        boolean replaced = lanes.named(lane.name()).isPresent();
        for (Slot slot : apps.all()) {
            slot.accepted.remove(lane);
            if (!replaced && concerns(lane, slot)) {
                apps.fire(slot, new Event.Unavailable(lane.name(), "driver " + lane.name() + " has left"));
            }
            choose(slot);
        }
    }

    /** Gives an application the driver that it belongs on: the first by ranking that accepts it. */
    void choose(Slot slot) {
        String name = "";
        boolean inventoried = true;
        String trouble = "";
        for (DriverLane lane : lanes.all()) {
            if (slot.accepted.getOrDefault(lane, false)) {
                name = lane.name();
                inventoried = lane.inventoried;
                trouble = lane.trouble;
                break;
            }
        }
        if (!slot.state.driver().equals(name) || slot.state.inventoried() != inventoried) {
            apps.fire(slot, new Event.DriverChosen(name, inventoried));
            if (!trouble.isEmpty()) {
                apps.fire(slot, new Event.Unavailable(name, trouble)); // it came too late to hear of it
            }
        }
    }

    /** Gives a newly handed over application what runs of it already. */
    void claim(Slot slot) {
        Map<DriverLane, List<DriverInstance>> found = new LinkedHashMap<>();
        orphans.values().removeIf(orphan -> {
            boolean its = orphan.instance().appId().equals(slot.appId);
            if (its) {
                found.computeIfAbsent(orphan.lane(), l -> new ArrayList<>()).add(orphan.instance());
            }
            return its;
        });
        found.forEach((lane, instances) -> apps.fire(slot, new Event.Listed(lane.name(), instances, clock.instant())));
    }

    /** Whether instances that are made from this very application run and wait for it to be handed over. */
    boolean waitsFor(Application application) {
        String generation = Generation.of(application);
        return orphans.values().stream()
                .map(Orphan::instance)
                .anyMatch(i -> i.appId().equals(application.appId())
                        && i.generation().equals(generation)
                        && i.state() == InstanceState.RUNNING);
    }

    /** Has instances of these applications left alone, and of others no longer. */
    void expect(Set<AppId> applications) {
        expected = applications;
        lanes.all().forEach(this::sweepOrphansIfDue);
    }

    private void list(DriverLane lane) {
        if (lane.closed()) {
            return;
        }
        if (lane.listing) {
            lane.listAgain = true;
            return;
        }
        lane.listing = true;
        Instant askedAt = clock.instant();
        boolean[] over = {false}; // by its answer or by its deadline, whichever comes first; the loop's thread only
        lane.call(driver -> driver.list(settings.popId()), new DriverLane.Outcome<>() {
            @Override
            public void answered(List<DriverInstance> answer) {
                if (answer == null || answer.stream().anyMatch(Objects::isNull)) {
                    String nothing = "driver " + lane.name() + " listed null";
                    loop.put(() -> listEnded(lane, over, () -> listFailed(lane, nothing, false)));
                } else {
                    loop.put(() -> listEnded(lane, over, () -> listed(lane, askedAt, answer)));
                }
            }

            @Override
            public void failed(DriverException failure) {
                loop.put(() -> listEnded(
                        lane,
                        over,
                        () -> listFailed(
                                lane,
                                failure.getMessage(),
                                failure.code() == DriverException.Code.ENGINE_UNAVAILABLE)));
            }
        });
        String late = "driver " + lane.name() + " does not answer";
        loop.alarm(
                askedAt.plus(settings.listDeadline()),
                () -> listEnded(lane, over, () -> listFailed(lane, late, false)));
    }

    private void listEnded(DriverLane lane, boolean[] over, Runnable outcome) {
        if (over[0] || lane.closed()) {
            return;
        }
        over[0] = true;
        lane.listing = false;
        outcome.run();
        if (lane.listAgain) {
            lane.listAgain = false;
            list(lane);
        }
    }

    private void listed(DriverLane lane, Instant askedAt, List<DriverInstance> answer) {
        Map<AppId, List<DriverInstance>> byApp = new HashMap<>();
        orphans.values().removeIf(orphan -> orphan.lane() == lane);
        for (DriverInstance instance : answer) {
            if (!instance.popId().equals(settings.popId())) {
                continue; // a driver's mistake must not cost another point of presence its instances
            }
            if (calls.hasDeparted(instance.appInstanceId())) {
                calls.sweep(lane, instance.appInstanceId());
            } else if (apps.find(instance.appId()).isEmpty()) {
                orphans.put(instance.appInstanceId(), new Orphan(lane, instance));
            } else {
                byApp.computeIfAbsent(instance.appId(), a -> new ArrayList<>()).add(instance);
            }
        }
        lane.inventoried = true;
        lane.trouble = "";
        lane.listFailures = 0;
        for (Slot slot : apps.all()) {
            List<DriverInstance> its = byApp.getOrDefault(slot.appId, List.of());
            if (!its.isEmpty() || concerns(lane, slot)) {
                apps.fire(slot, new Event.Listed(lane.name(), its, askedAt));
            }
        }
        sweepOrphansIfDue(lane);
    }

    private void sweepOrphansIfDue(DriverLane lane) {
        if (!clock.instant().isBefore(orphansLeftAloneUntil.getOrDefault(lane, Instant.MAX))) {
            sweepOrphans(lane);
        }
    }

    private void listFailed(DriverLane lane, String reason, boolean engineAway) {
        LOG.warn("event=driver-list-failed driver={} reason=\"{}\"", lane.name(), reason);
        // Without an engine a start fails by itself, which is told at once. In any other case it might run something
        // twice.
        lane.inventoried |= engineAway;
        lane.trouble = reason;
        unavailable(lane, reason);
        apps.all().forEach(this::choose);
        Duration delay = RELIST.multipliedBy(1L << Math.min(lane.listFailures++, 5));
        loop.alarm(clock.instant().plus(delay), () -> list(lane));
    }

    private void unavailable(DriverLane lane, String reason) {
        for (Slot slot : apps.all()) {
            if (concerns(lane, slot)) {
                apps.fire(slot, new Event.Unavailable(lane.name(), reason));
            }
        }
    }

    private static boolean concerns(DriverLane lane, Slot slot) {
        return slot.state.driver().equals(lane.name())
                || slot.state.instances().values().stream()
                        .anyMatch(i -> i.value().driver().equals(lane.name()));
    }

    private void sweepOrphans(DriverLane lane) {
        List<Orphan> left = orphans.values().stream()
                .filter(orphan -> orphan.lane() == lane)
                .filter(orphan -> !expected.contains(orphan.instance().appId()))
                .toList();
        if (left.isEmpty() || isShared(lane)) {
            return;
        }
        for (Orphan orphan : left) {
            AppInstanceId id = orphan.instance().appInstanceId();
            orphans.remove(id);
            LOG.info("event=orphan instance={} driver={} next=stop", id, lane.name());
            calls.sweep(lane, id);
        }
    }

    /**
     * Whether another Nearzero runs there under the same name: what was created since this one began, and not by it, can be
     * nobody else's. What belongs to which of the two cannot be told then, so nothing is stopped.
     */
    private boolean isShared(DriverLane lane) {
        Optional<DriverInstance> others = orphans.values().stream()
                .filter(orphan -> orphan.lane() == lane)
                .map(Orphan::instance)
                .filter(instance -> instance.createdAt().isAfter(begun))
                .findFirst();
        others.ifPresent(instance -> LOG.warn(
                "event=shared driver={} pop={} instance={} reason=\"was started by another Nearzero of the same popId\""
                        + " next=\"stops no orphans there (give each its own popId, or remove that instance)\"",
                lane.name(),
                settings.popId(),
                instance.appInstanceId()));
        return others.isPresent();
    }

    private void reported(DriverLane lane, DriverInstance report) {
        AppInstanceId id = report.appInstanceId();
        if (lane.closed() || !report.popId().equals(settings.popId())) {
            return;
        }
        if (orphans.computeIfPresent(id, (same, old) -> old.lane() == lane ? new Orphan(lane, report) : old) != null) {
            return; // if it is claimed, it is claimed as it is then
        }
        Slot slot = apps.find(report.appId()).orElse(null);
        if (calls.hasDeparted(id)) {
            if (report.state() == InstanceState.RUNNING) {
                calls.sweep(lane, id);
            }
        } else if (slot != null && slot.state.instances().containsKey(id)) {
            apps.fire(slot, new Event.Reported(report));
        } else if (!lane.listDue) {
            // Nobody knows it. The driver's list tells what is to become of it; it is in no hurry.
            lane.listDue = true;
            loop.alarm(clock.instant().plus(RELIST), () -> {
                lane.listDue = false;
                list(lane);
            });
        }
    }

    private void removed(DriverLane lane, AppInstanceId id) {
        orphans.remove(id);
        AppId appId = new AppId(id.value().substring(0, id.value().indexOf('.')));
        if (!lane.closed()) {
            apps.find(appId).ifPresent(slot -> apps.fire(slot, new Event.Removed(id)));
        }
    }

    /** What a driver tells, on any thread, put in the loop's mailbox. */
    private final class Listener implements DriverListener {
        private final DriverLane lane;

        Listener(DriverLane lane) {
            this.lane = lane;
        }

        @Override
        public void changed(DriverInstance instance) {
            loop.put(() -> reported(lane, instance));
        }

        @Override
        public void removed(AppInstanceId instance) {
            loop.put(() -> Drivers.this.removed(lane, instance));
        }

        @Override
        public void resync() {
            loop.put(() -> list(lane));
        }

        @Override
        public void unavailable(String reason) {
            loop.put(() -> {
                if (!lane.closed()) {
                    Drivers.this.unavailable(lane, reason);
                }
            });
        }
    }
}
