package org.nearzero.orchestrator.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.driver.ContainerDriver;

/** The registered drivers, highest ranking first; among equals the one that came first. Any thread. */
final class Lanes {
    private volatile List<DriverLane> lanes = List.of();

    synchronized void add(DriverLane lane) {
        List<DriverLane> next = new ArrayList<>(lanes);
        next.add(lane);
        next.sort(Comparator.comparingInt(DriverLane::ranking).reversed()); // stable: the first stays first
        lanes = List.copyOf(next);
    }

    /** Takes a driver's lane out; empty if it has none. */
    synchronized Optional<DriverLane> remove(ContainerDriver driver) {
        Optional<DriverLane> gone =
                lanes.stream().filter(lane -> lane.driver() == driver).findFirst();
        gone.ifPresent(lane -> {
            List<DriverLane> next = new ArrayList<>(lanes);
            next.remove(lane);
            lanes = List.copyOf(next);
        });
        return gone;
    }

    List<DriverLane> all() {
        return lanes;
    }

    Optional<DriverLane> named(String name) {
        for (DriverLane lane : lanes) {
            if (lane.name().equals(name)) {
                return Optional.of(lane);
            }
        }
        return Optional.empty();
    }
}
