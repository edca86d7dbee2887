package org.nearzero.orchestrator.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.nearzero.orchestrator.core.Instance.Phase;

/**
 * The steps from what runs to what is desired. A function of the state alone: the same plan comes out until a step has changed
 * the state, so that a step that was lost is taken again.
 *
 * <ul>
 *   <li>Instances that serve or soon will count: {@code desired - live} are started, never more, and none while backing off.
 *   <li>Draining ones are reopened before any is started.
 *   <li>What is too much is closed if empty; if it carries connections it only drains.
 *   <li>Instances of an older generation, or on a driver that was replaced, go one by one as current ones become ready. Where
 *       the operator's caps leave no room for a current one beside them, one older instance drains first.
 * </ul>
 */
public final class Plan {
    private final AppState app;
    private final Instant now;
    private final List<Instance> current = new ArrayList<>();
    private final List<Instance> older = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();

    private Plan(AppState app, Instant now) {
        this.app = app;
        this.now = now;
        for (Instance instance : app.instances().values()) {
            if (instance.live()) {
                (app.current(instance) ? current : older).add(instance);
            }
        }
    }

    /** The steps to take now, in order; empty if nothing is to be done. Not for an application that is being deleted. */
    public static List<Step> of(AppState app, Instant now) {
        Plan plan = new Plan(app, now);
        plan.startMissing();
        plan.keep(plan.current, app.desired().instances());
        plan.keep(plan.older, plan.olderToKeep());
        return List.copyOf(plan.steps);
    }

    private void startMissing() {
        int count = Math.min(missing(), mayStart() ? Math.max(0, app.room()) : 0);
        if (count > 0) {
            steps.add(new Step.Start(count));
        }
    }

    private int missing() {
        return Math.max(0, app.desired().instances() - current.size());
    }

    private boolean mayStart() {
        return app.inventoried() && !app.backoff().blocks(now) && !clogged(app);
    }

    /** Whether so many instances resist being stopped that starting more would only add to them. */
    static boolean clogged(AppState app) {
        long stuck = app.instances().values().stream().filter(Instance::stuck).count();
        return stuck >= app.application().policy().scaling().maxInstances();
    }

    private int olderToKeep() {
        int ready = (int) current.stream().filter(Instance::open).count();
        int uncovered = Math.max(0, app.desired().instances() - ready);
        return Math.max(0, uncovered - (mustMakeRoom() ? 1 : 0));
    }

    /** Make before break needs room for one more. Where the operator leaves none, he wins: one older instance goes first. */
    private boolean mustMakeRoom() {
        return missing() > 0
                && app.room() <= 0
                && mayStart()
                && !older.isEmpty()
                && current.stream().noneMatch(i -> i.phase() != Phase.READY)
                && app.instances().values().stream().noneMatch(i -> !i.live() && i.inUse());
    }

    private void keep(List<Instance> instances, int wanted) {
        List<Instance> byWorth = new ArrayList<>(instances);
        byWorth.sort(leastWorthFirst());
        int excess = Math.max(0, byWorth.size() - wanted);
        for (Instance instance : byWorth.subList(excess, byWorth.size())) {
            if (instance.draining()) {
                steps.add(new Step.Reopen(instance.id()));
            }
        }
        for (Instance instance : byWorth.subList(0, excess)) {
            if (load(instance) == 0) {
                steps.add(new Step.Retire(instance.id()));
            } else if (!instance.draining()) {
                steps.add(new Step.Drain(instance.id()));
            }
        }
    }

    /** The empty before the loaded, those not ready before the ready, the draining before the open, then by load, the youngest first. */
    private Comparator<Instance> leastWorthFirst() {
        return Comparator.<Instance, Boolean>comparing(i -> load(i) > 0)
                .thenComparing(i -> i.phase() == Phase.READY)
                .thenComparing(i -> !i.draining())
                .thenComparing(this::load)
                .thenComparing(i -> i.value().createdAt(), Comparator.reverseOrder())
                .thenComparing(Instance::id);
    }

    private int load(Instance instance) {
        return app.demand().on(instance.id());
    }
}
