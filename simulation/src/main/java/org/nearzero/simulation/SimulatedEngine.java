package org.nearzero.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;

/** The engine of a site, played: what runs goes on when Nearzero dies. */
final class SimulatedEngine {
    private final World world;
    private final Map<AppInstanceId, DriverInstance> instances = new HashMap<>();
    private final Map<AppInstanceId, Long> listensFrom = new HashMap<>();
    private int ports;

    SimulatedEngine(World world) {
        this.world = world;
    }

    /** Makes an instance run; it listens a while later. */
    DriverInstance run(InstanceSpec spec, Instant createdAt) {
        if (instances.containsKey(spec.appInstanceId())) {
            throw world.laws.broken("instance " + spec.appInstanceId() + " was started twice");
        }
        DriverInstance instance = new DriverInstance(
                spec.appInstanceId(),
                spec.application().appId(),
                spec.popId(),
                spec.generation(),
                InstanceState.RUNNING,
                Optional.of(new Endpoint("127.0.0.1", 1_024 + ports++ % 60_000)),
                createdAt,
                "");
        instances.put(spec.appInstanceId(), instance);
        listensFrom.put(spec.appInstanceId(), world.time.nanos() + world.between(10, 800));
        return instance;
    }

    void remove(AppInstanceId id) {
        instances.remove(id);
        listensFrom.remove(id);
    }

    boolean has(AppInstanceId id) {
        return instances.containsKey(id);
    }

    /** Whether an instance accepts connections. */
    boolean listens(AppInstanceId id) {
        return listensFrom.getOrDefault(id, Long.MAX_VALUE) <= world.time.nanos();
    }

    /** How long until it does; empty if there is none. */
    Optional<Duration> listensIn(AppInstanceId id) {
        Long from = listensFrom.get(id);
        return from == null ? Optional.empty() : Optional.of(Duration.ofNanos(Math.max(0, from - world.time.nanos())));
    }

    List<DriverInstance> list(AppId app) {
        List<DriverInstance> its = new ArrayList<>();
        instances.values().stream().filter(i -> i.appId().equals(app)).forEach(its::add);
        its.sort(java.util.Comparator.comparing(DriverInstance::appInstanceId));
        return its;
    }

    List<DriverInstance> all() {
        return List.copyOf(instances.values());
    }

    /** An instance dies by itself. @return it, as it is now; empty if there is none */
    Optional<DriverInstance> crash(AppInstanceId id) {
        DriverInstance was = instances.get(id);
        if (was == null) {
            return Optional.empty();
        }
        DriverInstance now = new DriverInstance(
                id,
                was.appId(),
                was.popId(),
                was.generation(),
                InstanceState.EXITED,
                Optional.empty(),
                was.createdAt(),
                "exit code 1");
        instances.put(id, now);
        listensFrom.remove(id);
        return Optional.of(now);
    }
}
