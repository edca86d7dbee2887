package org.nearzero.orchestrator.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.nearzero.api.driver.DriverInstance;
import org.nearzero.api.driver.InstanceSpec;
import org.nearzero.api.driver.InstanceState;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Cap;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.OperatorPolicy;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.Usage;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Policies;
import org.nearzero.orchestrator.testing.FakeIngress;
import org.nearzero.orchestrator.testing.MovableClock;
import org.nearzero.orchestrator.testing.SimplePolicy;

/**
 * One application at one site in virtual time: the real lifecycle, plan and projection, an engine and an ingress that are
 * played, all of it driven by one seed. Checks the laws after each effect and fails with the seed and the history.
 */
final class SimulatedSite {
    static final PopId POP = new PopId("pop-1");
    static final String DRIVER = "sim";

    private record Happening(Instant at, long order, Runnable what) {}

    final MovableClock clock = new MovableClock();
    final FakeIngress ingress = new FakeIngress(clock);
    final Random random;
    final List<String> history = new ArrayList<>();
    final Map<AppInstanceId, DriverInstance> engine = new HashMap<>();
    final Set<AppInstanceId> broken = new HashSet<>();
    final OperatorPolicy operator;
    final SiteLaws laws = new SiteLaws(this);
    AppState state;
    int starts;
    int ids;
    double failing;
    boolean slips = true;

    private final Lifecycle lifecycle = new Lifecycle(POP, Timing.DEFAULT);
    private final PriorityQueue<Happening> future =
            new PriorityQueue<>(Comparator.comparing(Happening::at).thenComparing(Happening::order));
    private final Map<AppInstanceId, Instant> probed = new HashMap<>();
    private final Map<AppInstanceId, Integer> stopsUnderWay = new HashMap<>();
    private final Set<AppInstanceId> departed = new HashSet<>();
    private long order;

    SimulatedSite(long seed, Application application, int siteCap) {
        random = new Random(seed);
        operator = new OperatorPolicy(
                Cap.UNLIMITED, Cap.UNLIMITED, new Cap(siteCap, Long.MAX_VALUE, Long.MAX_VALUE), List.of());
        state = AppState.applied(new Event.Applied(application, Placement.HOMEBASE, DRIVER, true, ""), 1, now());
        ingress.route(state.routes());
        laws.routed(state.routes());
    }

    Instant now() {
        return clock.instant();
    }

    String name() {
        return state.appId().value();
    }

    void apply(Application application) {
        place(application, state.placement());
    }

    void place(Placement placement) {
        place(state.application(), placement);
    }

    private void place(Application application, Placement placement) {
        history.add("apply " + application.artefact().imagePath() + " " + placement);
        laws.placed(placement);
        fire(new Event.Applied(application, placement, DRIVER, true, ""));
        settle();
    }

    void connect(int count) {
        history.add("connect " + count);
        ingress.connect(name(), count);
        laws.refused(ingress.refused(name()));
        settle();
    }

    void release(int count) {
        history.add("release " + count);
        List<AppInstanceId> ids = new ArrayList<>(engine.keySet());
        for (int i = 0; i < count && !ids.isEmpty(); i++) {
            ingress.release(name(), Optional.of(ids.get(random.nextInt(ids.size()))), 1);
        }
        settle();
    }

    void endRelayed(int count) {
        history.add("end relayed " + count);
        ingress.endRelayed(name(), count);
    }

    void sessions(int count) {
        history.add("sessions " + count);
        ingress.sessions(name(), count);
    }

    /** A running instance dies. */
    void crash() {
        List<AppInstanceId> running = engine.values().stream()
                .filter(i -> i.state() == InstanceState.RUNNING)
                .map(DriverInstance::appInstanceId)
                .sorted()
                .toList();
        if (!running.isEmpty()) {
            AppInstanceId id = running.get(random.nextInt(running.size()));
            history.add("crash " + id);
            broken.add(id);
            ingress.cut(state.appId(), id);
            put(id, InstanceState.EXITED);
            probed.remove(id);
            fire(new Event.Reported(engine.get(id)));
            settle();
        }
    }

    void engineAway() {
        history.add("engine away");
        fire(new Event.Unavailable(DRIVER, "away"));
        settle();
    }

    void list() {
        history.add("list");
        sweep();
        List<DriverInstance> listed = engine.values().stream()
                .filter(i -> !departed.contains(i.appInstanceId()))
                .toList();
        fire(new Event.Listed(DRIVER, listed, now()));
        settle();
    }

    /** What the shell does with those that show up in a list though they have departed. */
    void sweep() {
        List.copyOf(engine.keySet()).stream().filter(departed::contains).forEach(this::orderStop);
    }

    /** Lets virtual time pass, with everything that is due in it. */
    void pass(Duration duration) {
        history.add("pass " + duration.toMillis() + "ms");
        Instant end = now().plus(duration);
        for (int i = 0; i < 10_000; i++) {
            Instant wakeAt = lifecycle.wakeAt(state, now());
            Instant next = future.isEmpty() ? Instant.MAX : future.peek().at();
            if (wakeAt.isAfter(end) && next.isAfter(end)) {
                clock.set(end);
                return;
            }
            if (next.isAfter(wakeAt)) {
                clock.set(wakeAt.isAfter(now()) ? wakeAt : now());
                fire(new Event.Woken());
                settle();
            } else {
                clock.set(next.isAfter(now()) ? next : now());
                future.poll().what().run();
            }
        }
        throw broken("never comes to rest");
    }

    private void later(Duration delay, Runnable what) {
        future.add(new Happening(now().plus(delay), order++, what));
    }

    void settle() {
        if (state.deleting() && state.placing().mayCarryRelayed()) {
            fire(new Event.Demanded(ingress.peek(state.appId())));
        } else if (!state.deleting()) {
            fire(new Event.Demanded(ingress.demand(state.appId())));
            Usage own = state.usage();
            Application app = state.application();
            Desired desired = SimplePolicy.of(
                    new Policies(
                            app.policy().scaling(),
                            operator,
                            app.artefact().imagePath(),
                            app.resources(),
                            Usage.NONE,
                            Usage.NONE),
                    state.placing().asked(state.demand()),
                    state.observed(),
                    now());
            int room = operator.site().roomFor(app.resources(), own);
            int current = (int) state.instances().values().stream()
                    .filter(i -> i.live() && state.current(i))
                    .count();
            int before = starts;
            boolean draining =
                    state.instances().values().stream().anyMatch(i -> i.draining() && i.live() && state.current(i));
            boolean blocked = state.backoff().blocks(now());
            fire(new Event.Decided(desired, room, () -> new AppInstanceId(name() + "." + Integer.toString(ids++, 36))));
            int started = starts - before;
            check(started <= Math.max(0, desired.instances() - current), "started more than desired - live");
            check(started == 0 || !blocked, "started while backing off");
            check(started == 0 || !state.placing().relays(), "started though everything is relayed");
            check(started == 0 || taking() <= operator.site().instances(), "passed the operator's cap");
            boolean stillDraining =
                    state.instances().values().stream().anyMatch(i -> i.draining() && i.live() && state.current(i));
            check(started == 0 || !(draining && stillDraining), "started one while another drains");
        }
    }

    /** How many processes there are or will be, by the engine's word: what is being stopped runs until it has ended. */
    private int taking() {
        Set<AppInstanceId> taking = new HashSet<>();
        state.instances().values().stream().filter(Instance::live).forEach(i -> taking.add(i.id()));
        engine.values().stream()
                .filter(i -> i.state() == InstanceState.RUNNING && !departed.contains(i.appInstanceId()))
                .forEach(i -> taking.add(i.appInstanceId()));
        return taking.size();
    }

    void fire(Event first) {
        Deque<Event> events = new ArrayDeque<>();
        events.add(first);
        while (!events.isEmpty()) {
            Event event = events.poll();
            Routes before = state.routes();
            Transition transition = lifecycle.on(state, event, now());
            Transition again = lifecycle.on(state, event instanceof Event.Decided ? new Event.Woken() : event, now());
            check(event instanceof Event.Decided || again.equals(transition), "not a function of its arguments");
            laws.makeBeforeBreak(event, before, transition.state());
            state = transition.state();
            transition.effects().forEach(effect -> carryOut(effect, events));
        }
    }

    private void carryOut(Effect effect, Deque<Event> events) {
        if (effect instanceof Effect.Start start) {
            starts++;
            orderStart(start.spec());
        } else if (effect instanceof Effect.Stop stop) {
            orderStop(stop.instance());
        } else if (effect instanceof Effect.Probe probe) {
            Instant token = now();
            probed.put(probe.instance(), token);
            boolean deaf = random.nextDouble() < failing / 3;
            if (!deaf && !broken.contains(probe.instance())) {
                later(Duration.ofMillis(random.nextInt(3_000)), () -> {
                    if (probed.remove(probe.instance(), token)) {
                        fire(new Event.ProbeAnswered(probe.instance()));
                        settle();
                    }
                });
            }
        } else if (effect instanceof Effect.EndProbe end) {
            probed.remove(end.instance());
        } else if (effect instanceof Effect.Retire retire) {
            // Now and then a connection slips in between reading demand and closing.
            if (slips && random.nextInt(5) == 0) {
                ingress.connect(name(), 1);
                laws.refused(ingress.refused(name()));
            }
            events.add(new Event.RetireAnswered(retire.instance(), ingress.retire(state.appId(), retire.instance())));
        } else if (effect instanceof Effect.Route route) {
            ingress.route(route.routes());
            laws.routed(route.routes());
            laws.refused(ingress.refused(name()));
        } else if (effect instanceof Effect.BreakRelayed) {
            laws.breaksRelayed();
            ingress.breakRelayed(state.appId());
        } else if (effect instanceof Effect.Withdraw withdraw) {
            ingress.withdraw(state.appId(), withdraw.reason());
        } else if (effect instanceof Effect.Depart depart) {
            departed.add(depart.instance());
            if (engine.containsKey(depart.instance())) {
                orderStop(depart.instance()); // what the shell does as soon as it shows up
            }
        }
    }

    private void orderStart(InstanceSpec spec) {
        boolean fails = random.nextDouble() < failing;
        boolean hangs = !fails && random.nextDouble() < failing / 3;
        if (hangs) {
            return;
        }
        later(Duration.ofMillis(random.nextInt(2_000)), () -> {
            if (fails) {
                Backoff.Cause[] causes = Backoff.Cause.values();
                fire(new Event.StartFailed(
                        spec.appInstanceId(), causes[random.nextInt(causes.length)], "simulated failure"));
            } else {
                engine.put(
                        spec.appInstanceId(),
                        new DriverInstance(
                                spec.appInstanceId(),
                                spec.application().appId(),
                                POP,
                                spec.generation(),
                                InstanceState.RUNNING,
                                Optional.of(new Endpoint("127.0.0.1", 1 + engine.size())),
                                now(),
                                ""));
                if (departed.contains(spec.appInstanceId())) {
                    orderStop(spec.appInstanceId());
                } else {
                    fire(new Event.Started(engine.get(spec.appInstanceId())));
                }
            }
            settle();
        });
    }

    private void orderStop(AppInstanceId id) {
        boolean dead = broken.contains(id) || departed.contains(id);
        boolean failed = state.instances().containsKey(id)
                && state.instances().get(id).value().reason().matches(".*(did not|broke|simulated).*");
        boolean cut = (state.deleting() && !now().isBefore(state.deleteBy())) || laws.drained();
        int load = ingress.on(state.appId(), id);
        check(load == 0 || dead || failed || cut, "stopped " + id + " with " + load + " connections on it");
        check(
                state.deleting()
                        || state.routes().targets().stream()
                                .noneMatch(t -> t.appInstanceId().equals(id)),
                "stopped " + id + " while a route names it");
        stopsUnderWay.merge(id, 1, Integer::sum);
        if (random.nextDouble() < failing) {
            later(Duration.ofMillis(random.nextInt(500)), () -> fire(new Event.StopFailed(id, "simulated failure")));
            return;
        }
        later(Duration.ofMillis(random.nextInt(failing > 0 ? 10_000 : 1_000)), () -> {
            engine.remove(id);
            ingress.cut(state.appId(), id);
            fire(new Event.Stopped(id));
            settle();
        });
    }

    private void put(AppInstanceId id, InstanceState to) {
        DriverInstance i = engine.get(id);
        engine.put(
                id,
                new DriverInstance(
                        id, i.appId(), i.popId(), i.generation(), to, Optional.empty(), i.createdAt(), "exit code 1"));
    }

    AppId appId() {
        return state.appId();
    }

    long count(Predicate<Instance> which) {
        return state.instances().values().stream().filter(which).count();
    }

    void check(boolean law, String otherwise) {
        if (!law) {
            throw broken(otherwise);
        }
    }

    AssertionError broken(String law) {
        int from = Math.max(0, history.size() - 30);
        return new AssertionError(
                law + "\nat " + now() + "\nafter " + history.subList(from, history.size()) + "\nstate " + state);
    }
}
