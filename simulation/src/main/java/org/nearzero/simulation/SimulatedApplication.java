package org.nearzero.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.Usage;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Policies;
import org.nearzero.orchestrator.core.AppState;
import org.nearzero.orchestrator.core.Backoff;
import org.nearzero.orchestrator.core.Effect;
import org.nearzero.orchestrator.core.Event;
import org.nearzero.orchestrator.core.Lifecycle;
import org.nearzero.orchestrator.core.Placing;
import org.nearzero.orchestrator.core.Timing;
import org.nearzero.orchestrator.core.Transition;
import org.nearzero.policy.core.Decision;
import org.nearzero.sites.core.SiteEvent;

/**
 * One application at one site: the real life cycle, plan, projection and decision, with an engine and a gate that are played. Ends with
 * the site's process; what its engine runs does not.
 */
final class SimulatedApplication {
    private static final String DRIVER = "simulated";
    private static final int ROOM = 1_000;
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final World world;
    private final SimulatedSite site;
    private final SimulatedGate gate;
    private final Lifecycle lifecycle;
    private final Map<AppInstanceId, Object> probes = new HashMap<>();
    private final Set<AppInstanceId> departed = new HashSet<>();
    private AppState state;
    private String trouble = "";
    private Placement wanted;
    private Object pull = new Object();
    private boolean settling;
    private boolean ended;
    private Instant alarm = Instant.MAX;
    private SiteEvent.Observed told;

    SimulatedApplication(World world, SimulatedSite site, Application application, Placement placement) {
        this.world = world;
        this.site = site;
        this.gate = new SimulatedGate(world, this);
        this.wanted = placement;
        this.lifecycle = new Lifecycle(site.popId(), Timing.DEFAULT);
        long revision = world.time.nanos() + 1; // higher than any before, as the orchestrator has it
        state = AppState.applied(new Event.Applied(application, placement, DRIVER, true, ""), revision, world.now());
        gate.route(state.routes());
        List<DriverInstance> running = site.engine().list(application.appId());
        if (!running.isEmpty()) {
            fire(new Event.Listed(DRIVER, running, world.now()));
        }
        changed();
    }

    AppId appId() {
        return state.appId();
    }

    Application application() {
        return state.application();
    }

    AppState state() {
        return state;
    }

    SimulatedGate gate() {
        return gate;
    }

    SimulatedSite site() {
        return site;
    }

    /**
     * Takes a placement, as a site's process does: what is to be served needs its artefact first, and is asked for again as long as that
     * cannot be had and nothing else is wanted.
     */
    void place(Application application, Placement placement) {
        wanted = placement;
        pull = new Object();
        trouble = "";
        told = null;
        changed();
        boolean needsArtefact = placement instanceof Placement.Serve && !(state.placement() instanceof Placement.Serve);
        if (needsArtefact) {
            fetch(application, placement, 0);
        } else {
            applied(application, placement);
        }
    }

    private void fetch(Application application, Placement placement, int failures) {
        Object mine = pull;
        later(world.between(50, 2_000), () -> {
            if (pull != mine) {
                return;
            }
            if (!world.fails()) {
                applied(application, placement);
                return;
            }
            world.laws.startFailed(this);
            trouble = "the artefact could not be had";
            changed();
            later(RETRY.multipliedBy(1L << Math.min(failures, 4)).toNanos(), () -> {
                if (pull == mine) {
                    fetch(application, placement, failures + 1);
                }
            });
        });
    }

    private void applied(Application application, Placement placement) {
        trouble = "";
        fire(new Event.Applied(application, placement, DRIVER, true, ""));
        changed();
    }

    void delete(Duration drain) {
        fire(new Event.Deleted(world.now().plus(drain)));
        changed();
    }

    boolean isGone() {
        return state.gone();
    }

    /** The site's process has ended. */
    void die() {
        ended = true;
        gate.die();
    }

    void demandChanged() {
        changed();
    }

    void suspected(AppInstanceId instance) {
        later(0, () -> {
            fire(new Event.Suspected(instance, "refused a connection"));
            changed();
        });
    }

    /** An instance has died by itself. */
    void crashed(DriverInstance dead) {
        gate.cut(dead.appInstanceId(), "the instance died");
        probes.remove(dead.appInstanceId());
        later(world.between(0, 1_000), () -> {
            fire(new Event.Reported(dead));
            changed();
        });
    }

    /** Something changed: looked at once, after what happens at this moment. */
    private void changed() {
        if (!settling && !ended) {
            settling = true;
            later(0, () -> {
                settling = false;
                settle();
            });
        }
    }

    private void later(long nanos, Runnable what) {
        world.time.afterNanos(nanos, () -> {
            if (!ended) {
                what.run();
            }
        });
    }

    private void settle() {
        if (state.gone()) {
            ended = true;
            site.forget(this);
            return;
        }
        if (state.deleting()) {
            fire(new Event.Woken());
        } else {
            Demand demand = gate.demand();
            fire(new Event.Demanded(demand));
            Desired desired = desired();
            fire(new Event.Decided(desired, ROOM, site::nextInstance));
        }
        if (state.gone()) {
            changed();
            return;
        }
        observe();
        Instant at = lifecycle.wakeAt(state, world.now());
        if (at.isBefore(alarm)) {
            alarm = at;
            world.time.at(at, () -> rings(at));
        }
    }

    private void rings(Instant at) {
        if (!ended && alarm.equals(at)) {
            alarm = Instant.MAX;
            fire(new Event.Woken());
            changed();
        }
    }

    private Desired desired() {
        Placing placing = state.placing();
        Application app = state.application();
        Demand demand = state.demand();
        return placing.ordered()
                .orElseGet(() -> placing.answered(
                        demand,
                        Decision.decide(
                                new Policies(
                                        app.policy().scaling(),
                                        OperatorPolicy.UNLIMITED,
                                        app.artefact().imagePath(),
                                        app.resources(),
                                        Usage.NONE,
                                        Usage.NONE),
                                placing.asked(demand),
                                state.observed(),
                                world.now())));
    }

    private void observe() {
        int ready = 0;
        int starting = 0;
        for (var instance : state.instances().values()) {
            // What runs under another placement than is wanted says nothing of the one that is.
            if (instance.live() && state.placement().getClass().equals(wanted.getClass())) {
                ready += instance.value().status() == AppInstanceStatus.READY ? 1 : 0;
                starting += instance.value().status() == AppInstanceStatus.INSTANTIATING ? 1 : 0;
            }
        }
        Demand demand = state.demand();
        String condition = !trouble.isEmpty()
                ? trouble
                : state.backoff().blocks(world.now()) ? state.backoff().reason() : "";
        SiteEvent.Observed seen = new SiteEvent.Observed(
                appId(),
                demand.sessions(),
                demand.devices(),
                demand.connections(),
                demand.relayed(),
                ready,
                starting,
                condition);
        if (!seen.equals(told)) {
            told = seen;
            site.observed(seen);
        }
    }

    private void fire(Event first) {
        Deque<Event> events = new ArrayDeque<>();
        events.add(first);
        while (!events.isEmpty()) {
            Transition transition = lifecycle.on(state, events.poll(), world.now());
            state = transition.state();
            world.laws.routes(state.routes());
            transition.effects().forEach(effect -> carryOut(effect, events));
        }
    }

    private void carryOut(Effect effect, Deque<Event> events) {
        if (effect instanceof Effect.Start start) {
            start(start.spec());
        } else if (effect instanceof Effect.Stop stop) {
            stop(stop.instance());
        } else if (effect instanceof Effect.Probe probe) {
            probe(probe.instance());
        } else if (effect instanceof Effect.EndProbe end) {
            probes.remove(end.instance());
        } else if (effect instanceof Effect.Retire retire) {
            events.add(new Event.RetireAnswered(retire.instance(), gate.retire(retire.instance())));
        } else if (effect instanceof Effect.Route route) {
            gate.route(route.routes());
        } else if (effect instanceof Effect.BreakRelayed) {
            world.laws.breaking(this);
            gate.breakRelayed();
        } else if (effect instanceof Effect.Withdraw) {
            gate.withdraw();
        } else if (effect instanceof Effect.Depart depart) {
            departed.add(depart.instance());
            if (site.engine().has(depart.instance())) {
                site.engine().remove(depart.instance());
                gate.cut(depart.instance(), "the instance was given up");
            }
        }
    }

    private void start(InstanceSpec spec) {
        world.laws.ordered(this, spec);
        boolean fails = world.fails();
        Instant ordered = world.now();
        // The engine works on though Nearzero may have died meanwhile.
        world.time.afterNanos(world.between(20, 2_000), () -> {
            if (fails) {
                world.laws.startFailed(this);
                if (!ended) {
                    fire(new Event.StartFailed(spec.appInstanceId(), Backoff.Cause.PASSING, "simulated failure"));
                    changed();
                }
                return;
            }
            DriverInstance running = site.engine().run(spec, ordered);
            if (ended) {
                site.unknownRuns(running);
            } else if (departed.contains(spec.appInstanceId())) {
                site.engine().remove(spec.appInstanceId());
            } else {
                fire(new Event.Started(running));
                changed();
            }
        });
    }

    private void stop(AppInstanceId instance) {
        world.laws.stopping(this, instance);
        boolean fails = world.fails();
        later(world.between(5, 1_000), () -> {
            if (fails) {
                fire(new Event.StopFailed(instance, "simulated failure"));
            } else {
                site.engine().remove(instance);
                gate.cut(instance, "the instance was stopped");
                fire(new Event.Stopped(instance));
            }
            changed();
        });
    }

    private void probe(AppInstanceId instance) {
        Object token = new Object();
        probes.put(instance, token);
        site.engine()
                .listensIn(instance)
                .ifPresent(in -> later(in.toNanos() + 1_000_000, () -> {
                    boolean answers = site.engine().listens(instance);
                    if (answers && probes.remove(instance, token)) {
                        fire(new Event.ProbeAnswered(instance));
                        changed();
                    }
                }));
    }

    /** What an engine that Nearzero has just come to says it runs. */
    void listed() {
        fire(new Event.Listed(DRIVER, site.engine().list(appId()), world.now()));
        changed();
    }

    boolean knows(AppInstanceId instance) {
        return state.instances().containsKey(instance);
    }
}
