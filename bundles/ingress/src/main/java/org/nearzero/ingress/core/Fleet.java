package org.nearzero.ingress.core;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nearzero.api.ingress.Routes.Admission;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.api.model.AppInstanceId;

/**
 * The instances of one application: those that the routes name, and those that they named once and that still carry
 * connections. One that was retired stays closed whatever routes say later. Not thread-safe.
 */
final class Fleet {
    /** Retired names that are remembered: routes that name such an instance again come soon after, or never. */
    private static final int REMEMBERED = 1024;

    /** Makes an instance for a target not seen before. */
    @FunctionalInterface
    interface Maker {
        Instance make(Target target, int limit);
    }

    private final Map<AppInstanceId, Instance> instances = new LinkedHashMap<>();
    private final Set<AppInstanceId> retired = new LinkedHashSet<>();
    private final Maker maker;

    /** What the routes name, with whether it takes new connections. */
    private Map<AppInstanceId, Admission> named = Map.of();

    /** What was in flight on each when that was last read. */
    private Map<AppInstanceId, Integer> lastRead = new LinkedHashMap<>();

    Fleet(Maker maker) {
        this.maker = maker;
    }

    /** Takes a new set of targets. @return the instances that take new connections */
    Instance[] assign(List<Target> targets, int limit) {
        Map<AppInstanceId, Admission> names = new LinkedHashMap<>();
        for (Target target : targets) {
            if (!retired.contains(target.appInstanceId())) {
                names.put(target.appInstanceId(), target.admission());
                known(target, limit).configure(limit, target.admission() == Admission.DRAINING);
            }
        }
        named = names;
        instances.forEach((id, instance) -> {
            if (!names.containsKey(id)) {
                instance.configure(limit, true);
            }
        });
        forgetEmptyStrays();
        return open();
    }

    /** The instances that take new connections. */
    Instance[] open() {
        return named.entrySet().stream()
                .filter(entry -> entry.getValue() == Admission.OPEN)
                .map(entry -> instances.get(entry.getKey()))
                .filter(instance -> instance != null && !instance.isClosed())
                .toArray(Instance[]::new);
    }

    /** Closes an instance if it is empty, and its name for good. @return whether it is closed */
    boolean retire(AppInstanceId id) {
        Instance instance = instances.get(id);
        if (instance != null) {
            if (!instance.close()) {
                return false;
            }
            instance.closed();
            instances.remove(id);
            lastRead.remove(id);
        }
        retired.add(id);
        if (retired.size() > REMEMBERED) {
            retired.remove(retired.iterator().next());
        }
        return true;
    }

    /** Whether an instance that takes none any more is empty, which was not so when the connections in flight were last read. */
    boolean isEmptiedSinceRead() {
        return lastRead.entrySet().stream().anyMatch(entry -> {
            Instance instance = instances.get(entry.getKey());
            return entry.getValue() > 0
                    && named.get(entry.getKey()) != Admission.OPEN
                    && (instance == null || instance.taken() == 0);
        });
    }

    /** Connections in flight on each instance. */
    Map<AppInstanceId, Integer> inFlight() {
        forgetEmptyStrays();
        Map<AppInstanceId, Integer> counts = new LinkedHashMap<>();
        instances.forEach((id, instance) -> counts.put(id, instance.taken()));
        lastRead = counts;
        return counts;
    }

    private Instance known(Target target, int limit) {
        Instance instance = instances.get(target.appInstanceId());
        if (instance != null && !instance.endpoint().equals(target.endpoint()) && instance.close()) {
            instance.closed(); // it accepts elsewhere now, and nobody is on the old one
            instance = null;
        }
        if (instance == null) {
            instance = maker.make(target, limit);
            instances.put(target.appInstanceId(), instance);
        }
        return instance;
    }

    /** Closes and forgets what the routes name no more and what carries nothing. */
    void forgetEmptyStrays() {
        instances.entrySet().removeIf(entry -> {
            boolean forget =
                    !named.containsKey(entry.getKey()) && entry.getValue().close();
            if (forget) {
                entry.getValue().closed();
            }
            return forget;
        });
    }
}
