package org.nearzero.orchestrator.internal;

import java.time.Clock;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nearzero.api.driver.DriverException;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.orchestrator.core.Backoff;
import org.nearzero.orchestrator.core.Effect;
import org.nearzero.orchestrator.core.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts and stops instances on the drivers' lanes and brings the answers back to the loop. An answer that comes after its
 * instance was given up is not lost: what was started too late is stopped. Belongs to the loop's thread.
 */
final class DriverCalls {
    private static final Logger LOG = LoggerFactory.getLogger(DriverCalls.class);
    private static final int REMEMBERED = 4_096;

    /** Starts that the driver has not answered. */
    private final Map<AppInstanceId, DriverLane.Call> starts = new HashMap<>();

    /** Instances that are gone. Names are never used twice, so one that shows up again was started too late. */
    private final Set<AppInstanceId> departed = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<AppInstanceId, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });

    private final EventLoop loop;
    private final Clock clock;
    private final Apps apps;
    private final Lanes lanes;
    private final OrchestratorSettings settings;

    DriverCalls(EventLoop loop, Clock clock, Apps apps, Lanes lanes, OrchestratorSettings settings) {
        this.loop = loop;
        this.clock = clock;
        this.apps = apps;
        this.lanes = lanes;
        this.settings = settings;
    }

    void start(Slot slot, Effect.Start start) {
        AppInstanceId id = start.spec().appInstanceId();
        Optional<DriverLane> lane = lanes.named(start.driver());
        if (lane.isEmpty()) {
            DriverException left = new DriverException(
                    DriverException.Code.ENGINE_UNAVAILABLE, "driver " + start.driver() + " has left");
            loop.put(() -> startFailed(slot, id, left));
            return;
        }
        starts.put(id, lane.get().call(driver -> driver.start(start.spec()), new DriverLane.Outcome<>() {
            @Override
            public void answered(DriverInstance answer) {
                loop.put(() -> started(slot, lane.get(), id, answer));
            }

            @Override
            public void failed(DriverException failure) {
                loop.put(() -> startFailed(slot, id, failure));
            }
        }));
    }

    private void started(Slot slot, DriverLane lane, AppInstanceId id, DriverInstance answer) {
        starts.remove(id);
        if (answer == null || !answer.appInstanceId().equals(id)) {
            String what = answer == null ? "nothing" : answer.appInstanceId().value();
            startFailed(
                    slot,
                    id,
                    new DriverException(
                            DriverException.Code.INTERNAL,
                            "driver " + lane.name() + " answered the start of " + id + " with " + what));
        } else if (slot.forgotten || !slot.state.instances().containsKey(id)) {
            if (answer.state() != InstanceState.EXITED) {
                LOG.info("event=started-too-late instance={} driver={} next=stop", id, lane.name());
            }
            sweep(lane, id);
        } else {
            apps.fire(slot, new Event.Started(answer));
        }
    }

    private void startFailed(Slot slot, AppInstanceId id, DriverException failure) {
        starts.remove(id);
        apps.fire(slot, new Event.StartFailed(id, cause(failure.code()), failure.getMessage()));
    }

    private static Backoff.Cause cause(DriverException.Code code) {
        if (code == DriverException.Code.ENGINE_UNAVAILABLE) {
            return Backoff.Cause.NO_ENGINE;
        }
        return code.retryable() ? Backoff.Cause.PASSING : Backoff.Cause.LASTING;
    }

    void stop(Slot slot, Effect.Stop stop) {
        AppInstanceId id = stop.instance();
        DriverLane.Call start = starts.get(id);
        if (start != null) {
            start.giveUp();
        }
        Optional<DriverLane> lane = lanes.named(stop.driver());
        if (lane.isEmpty()) {
            String reason = "driver " + stop.driver() + " has left";
            boolean waitedLongEnough = !clock.instant().isBefore(slot.state.deleteBy());
            if (waitedLongEnough) {
                // Forgotten here, but not lost: its labels are the ledger, and the next list that has it has it
                // stopped.
                LOG.warn("event=left-behind instance={} reason=\"{}\" next=\"stopped once it is back\"", id, reason);
            }
            Event event = waitedLongEnough ? new Event.Removed(id) : new Event.StopFailed(id, reason);
            loop.put(() -> apps.fire(slot, event));
            return;
        }
        lane.get().call(driver -> driver.stop(id, stop.grace()), new DriverLane.Outcome<>() {
            @Override
            public void answered(Void nothing) {
                loop.put(() -> apps.fire(slot, new Event.Stopped(id)));
            }

            @Override
            public void failed(DriverException failure) {
                // What the driver does not know is gone, which is all that was wanted.
                boolean gone = failure.code() == DriverException.Code.NOT_FOUND;
                Event event = gone ? new Event.Stopped(id) : new Event.StopFailed(id, failure.getMessage());
                loop.put(() -> apps.fire(slot, event));
            }
        });
    }

    /** Stops something that belongs to nobody. Should it fail, the next list shows it again. */
    void sweep(DriverLane lane, AppInstanceId id) {
        departed(id);
        lane.call(driver -> driver.stop(id, settings.stopGrace()), new DriverLane.Outcome<>() {
            @Override
            public void answered(Void nothing) {
                LOG.info("event=swept instance={} driver={}", id, lane.name());
            }

            @Override
            public void failed(DriverException failure) {
                LOG.warn("event=sweep-failed instance={} driver={}", id, lane.name(), failure);
            }
        });
    }

    void departed(AppInstanceId id) {
        departed.add(id);
    }

    boolean hasDeparted(AppInstanceId id) {
        return departed.contains(id);
    }
}
