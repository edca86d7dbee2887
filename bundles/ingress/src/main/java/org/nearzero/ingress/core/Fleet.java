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

    /** What the routes name. */
    private Map<AppInstanceId, Target> named = Map.of();

    private int limit = 1;

    /** What was in flight on each when that was last read. */
    private Map<AppInstanceId, Integer> lastRead = new LinkedHashMap<>();

    Fleet(Maker maker) {
        this.maker = maker;
    }

    /** Takes a new set of targets. @return the instances that take new connections */
    Instance[] assign(List<Target> targets, int perInstance) {
        Map<AppInstanceId, Target> names = new LinkedHashMap<>();
        for (Target target : targets) {
            if (!retired.contains(target.appInstanceId())) {
                names.put(target.appInstanceId(), target);
                instances.computeIfAbsent(target.appInstanceId(), id -> maker.make(target, perInstance));
            }
        }
        named = names;
        limit = perInstance;
        instances.values().forEach(instance -> instance.configure(limit, !takesNew(instance)));
        return tidy();
    }

    /** Forgets what is over, and makes anew what accepts elsewhere now. @return the instances that take new connections */
    Instance[] tidy() {
        renewMoved();
        forgetEmptyStrays();
        return open();
    }

    /** The instances that take new connections. */
    Instance[] open() {
        return named.keySet().stream()
                .map(instances::get)
                .filter(instance -> instance != null && !instance.isClosed() && takesNew(instance))
                .toArray(Instance[]::new);
    }

    private boolean takesNew(Instance instance) {
        Target target = named.get(instance.id());
        return target != null && target.admission() == Admission.OPEN && !isMoved(instance, target);
    }

    private static boolean isMoved(Instance instance, Target target) {
        return !instance.endpoint().equals(target.endpoint());
    }

    /** One that carries connections at its old endpoint drains first, so that its limit holds. */
    private void renewMoved() {
        for (Target target : named.values()) {
            Instance old = instances.get(target.appInstanceId());
            if (old != null && isMoved(old, target) && old.close()) {
                old.closed();
                Instance fresh = maker.make(target, limit);
                instances.put(target.appInstanceId(), fresh);
                fresh.configure(limit, !takesNew(fresh));
            }
        }
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
            return entry.getValue() > 0 && (instance == null || !takesNew(instance) && instance.taken() == 0);
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

    /** Closes what the routes name no more and what carries nothing. */
    private void forgetEmptyStrays() {
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
