package org.nearzero.orchestrator.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Ingress;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Subscription;
import org.nearzero.api.model.Usage;
import org.nearzero.api.orchestrator.ApplicationStatus;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Policies;
import org.nearzero.api.policy.PolicyEngine;
import org.nearzero.orchestrator.core.AppState;
import org.nearzero.orchestrator.core.Effect;
import org.nearzero.orchestrator.core.Event;
import org.nearzero.orchestrator.core.Lifecycle;
import org.nearzero.orchestrator.core.StatusProjection;
import org.nearzero.orchestrator.core.Transition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All applications, and what the loop does with one: gives events to the pure {@link Lifecycle}, carries out the effects, has
 * decisions made. Belongs to the loop's thread, but for {@link #changed}, {@link #find} and {@link #all}.
 */
final class Apps {
    private static final Logger LOG = LoggerFactory.getLogger(Apps.class);
    private static final Duration DECISION_DEADLINE = Duration.ofSeconds(5);

    private final Map<AppId, Slot> slots = new ConcurrentHashMap<>();
    private final Map<AppInstanceId, Subscription> probes = new HashMap<>();
    private final Ledger ledger = new Ledger();
    private final InstanceIds ids = new InstanceIds();
    private final EventLoop loop;
    private final Clock clock;
    private final Lifecycle lifecycle;
    private final PolicyEngine policyEngine;
    private final Ingress ingress;
    private final ReadinessProbe probe;
    private final Notifier notifier;
    private DriverCalls calls;

    Apps(
            EventLoop loop,
            Clock clock,
            Lifecycle lifecycle,
            PolicyEngine policyEngine,
            Ingress ingress,
            ReadinessProbe probe,
            Notifier notifier) {
        this.loop = loop;
        this.clock = clock;
        this.lifecycle = lifecycle;
        this.policyEngine = policyEngine;
        this.ingress = ingress;
        this.probe = probe;
        this.notifier = notifier;
    }

    void connect(DriverCalls driverCalls) {
        calls = driverCalls;
    }

    /** Something about an application may have changed: it is looked at once, however often this is called before. Any thread. */
    void changed(AppId appId) {
        Slot slot = slots.get(appId);
        if (slot != null) {
            mark(slot);
        }
    }

    /** An application's slot. Any thread. */
    Optional<Slot> find(AppId appId) {
        return Optional.ofNullable(slots.get(appId));
    }

    /** All slots, in no order. Any thread. */
    Collection<Slot> all() {
        return slots.values();
    }

    void mark(Slot slot) {
        if (slot.dirty.compareAndSet(false, true)) {
            loop.put(slot.settle);
        }
    }

    /** Makes room for a new application, or gives a new version of one. */
    Slot apply(Event.Applied event) {
        Application application = event.application();
        Slot slot = slots.get(application.appId());
        if (slot != null) {
            apply(slot, event);
            return slot;
        }
        slot = new Slot(application.appId(), this::settle);
        Instant now = clock.instant();
        slot.state = AppState.applied(event, revision(now), now);
        slot.status = StatusProjection.of(slot.state, now);
        slots.put(slot.appId, slot);
        safely(slot, () -> ingress.route(slots.get(application.appId()).state.routes()));
        return slot;
    }

    /** Higher than any revision that an earlier run of this orchestrator gave to an ingress that outlived it. */
    private static long revision(Instant now) {
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    /** Tells an application of an event, and looks at it again once what waits in the mailbox is through. */
    void fire(Slot slot, Event event) {
        if (!slot.forgotten) {
            apply(slot, event);
            mark(slot);
        }
    }

    private void apply(Slot slot, Event first) {
        Instant now = clock.instant();
        Deque<Event> events = new ArrayDeque<>(4);
        events.add(first);
        while (!events.isEmpty()) {
            Transition transition = lifecycle.on(slot.state, events.poll(), now);
            slot.state = transition.state();
            for (Effect effect : transition.effects()) {
                carryOut(slot, effect, events);
            }
        }
        account(slot, slot.state.usage());
    }

    private void account(Slot slot, Usage usage) {
        if (ledger.account(slot, usage, slot.state.application().appProvider())) {
            ledger.hungry().forEach(this::mark);
        }
    }

    private void carryOut(Slot slot, Effect effect, Deque<Event> events) {
        if (effect instanceof Effect.Start start) {
            calls.start(slot, start);
        } else if (effect instanceof Effect.Stop stop) {
            calls.stop(slot, stop);
        } else if (effect instanceof Effect.Retire retire) {
            boolean[] closed = {false};
            safely(slot, () -> closed[0] = ingress.retire(slot.appId, retire.instance()));
            events.add(new Event.RetireAnswered(retire.instance(), closed[0]));
        } else if (effect instanceof Effect.Route route) {
            safely(slot, () -> ingress.route(route.routes()));
        } else if (effect instanceof Effect.BreakRelayed) {
            LOG.info("event=relayed-broken app={} reason=\"drain limit reached\"", slot.appId);
            safely(slot, () -> ingress.breakRelayed(slot.appId));
        } else if (effect instanceof Effect.Withdraw withdraw) {
            safely(slot, () -> ingress.withdraw(slot.appId, withdraw.reason()));
        } else if (effect instanceof Effect.Probe wanted) {
            probe(slot, wanted);
        } else if (effect instanceof Effect.EndProbe ended) {
            endProbe(ended.instance());
        } else if (effect instanceof Effect.Depart departed) {
            calls.departed(departed.instance());
        } else if (effect instanceof Effect.Tell tell) {
            tell(tell);
        }
    }

    private void probe(Slot slot, Effect.Probe wanted) {
        endProbe(wanted.instance());
        Subscription[] self = new Subscription[1];
        self[0] = probe.probe(
                wanted.endpoint(),
                wanted.readiness(),
                () -> loop.put(() -> {
                    // Identity tells an answer that a newer probe of the same instance has overtaken.
                    if (probes.remove(wanted.instance(), self[0])) {
                        fire(slot, new Event.ProbeAnswered(wanted.instance()));
                    }
                }));
        probes.put(wanted.instance(), self[0]);
    }

    private void endProbe(AppInstanceId instance) {
        Subscription running = probes.remove(instance);
        if (running != null) {
            running.close();
        }
    }

    /** Reads demand, has a decision made, and sees when to look again. */
    void settle(Slot slot) {
        slot.dirty.set(false); // before reading, so that no later change is missed
        if (slot.forgotten) {
            return;
        }
        if (slot.state.deleting()) {
            if (slot.state.placing().mayCarryRelayed()) {
                safely(slot, () -> apply(slot, new Event.Demanded(ingress.peek(slot.appId))));
            }
            apply(slot, new Event.Woken());
        } else {
            safely(slot, () -> apply(slot, new Event.Demanded(ingress.demand(slot.appId))));
            decide(slot, clock.instant());
        }
        finish(slot);
    }

    private void decide(Slot slot, Instant now) {
        AppState app = slot.state;
        Optional<Desired> ordered = app.placing().ordered();
        if (ordered.isPresent()) {
            slot.decision++; // what may be under way is not waited for
            slot.decidingUntil = Instant.MIN;
            decided(slot, ordered.get(), null);
            return;
        }
        if (slot.deciding(now)) {
            slot.decideAgain = true;
            return;
        }
        long number = ++slot.decision;
        CompletableFuture<Desired> answer = ask(app, slot, now);
        if (answer.isDone()) {
            answer.whenComplete((desired, failure) -> decided(slot, desired, failure));
        } else {
            slot.decidingUntil = now.plus(DECISION_DEADLINE);
            answer.whenComplete((desired, failure) -> loop.put(() -> decidedLater(slot, number, desired, failure)));
        }
    }

    private CompletableFuture<Desired> ask(AppState app, Slot slot, Instant now) {
        Application application = app.application();
        try {
            Policies policies = new Policies(
                    application.policy().scaling(),
                    policyEngine.operatorPolicy(),
                    application.artefact().imagePath(),
                    application.resources(),
                    ledger.providerOthers(slot, application.appProvider()),
                    ledger.siteOthers(slot));
            Demand demand = app.demand();
            return policyEngine
                    .decide(policies, app.placing().asked(demand), app.observed(), now)
                    .thenApply(desired -> desired == null ? null : app.placing().answered(demand, desired))
                    .toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void decidedLater(Slot slot, long number, Desired desired, Throwable failure) {
        if (slot.forgotten || slot.decision != number) {
            return;
        }
        slot.decidingUntil = Instant.MIN;
        if (!slot.state.deleting()) {
            decided(slot, desired, failure);
        }
        finish(slot);
        if (slot.decideAgain) {
            slot.decideAgain = false;
            mark(slot);
        }
    }

    private void decided(Slot slot, Desired desired, Throwable failure) {
        if (failure != null || desired == null) {
            LOG.error("event=decision-failed app={} next=\"keeps the last decision\"", slot.appId, failure);
            return;
        }
        Application application = slot.state.application();
        int room = ledger.room(slot, policyEngine.operatorPolicy(), application.resources(), application.appProvider());
        apply(slot, new Event.Decided(desired, room, () -> ids.next(slot.appId)));
    }

    private void finish(Slot slot) {
        Instant now = clock.instant();
        if (slot.state.gone()) {
            forget(slot);
            return;
        }
        ledger.hungry(slot, !slot.state.deleting() && slot.state.starved());
        Instant at = lifecycle.wakeAt(slot.state, now);
        if (slot.deciding(now) && slot.decidingUntil.isBefore(at)) {
            at = slot.decidingUntil;
        }
        slot.wakeAt = at;
        setAlarm(slot);
        publish(slot, now);
    }

    private void setAlarm(Slot slot) {
        // An alarm that is set already and rings too early costs less than one more for each connection.
        if (slot.wakeAt.isBefore(slot.alarmAt)) {
            Instant at = slot.wakeAt;
            slot.alarmAt = at;
            loop.alarm(at, () -> rings(slot, at));
        }
    }

    private void rings(Slot slot, Instant at) {
        if (slot.forgotten || !slot.alarmAt.equals(at)) {
            return;
        }
        slot.alarmAt = Instant.MAX;
        if (clock.instant().isBefore(slot.wakeAt)) {
            setAlarm(slot);
        } else {
            apply(slot, new Event.Woken());
            settle(slot);
        }
    }

    private void publish(Slot slot, Instant now) {
        ApplicationStatus before = slot.status;
        ApplicationStatus status = StatusProjection.of(slot.state, now);
        slot.status = status;
        if (!sameButForTime(before, status)) {
            if (before.state() != status.state() && LOG.isInfoEnabled()) {
                LOG.info(
                        "event=state app={} state={} was={} desired={} reason=\"{}\" condition=\"{}\"",
                        slot.appId,
                        status.state(),
                        before.state(),
                        status.desired().instances(),
                        status.desired().reason(),
                        status.condition());
            }
            notifier.tell(status);
        }
    }

    private static boolean sameButForTime(ApplicationStatus a, ApplicationStatus b) {
        return a.state() == b.state()
                && a.placement().equals(b.placement())
                && a.condition().equals(b.condition())
                && a.instances().equals(b.instances())
                && a.demand().equals(b.demand())
                && a.desired().equals(b.desired())
                && a.retryAt().equals(b.retryAt())
                && a.application().equals(b.application());
    }

    private void forget(Slot slot) {
        slot.forgotten = true;
        ledger.hungry(slot, false);
        account(slot, Usage.NONE);
        slots.remove(slot.appId, slot);
        LOG.info("event=deleted app={}", slot.appId);
        notifier.run(() -> slot.deletion.complete(null));
    }

    private void tell(Effect.Tell tell) {
        if (tell.warn()) {
            LOG.warn("event=instance-{} instance={} reason=\"{}\"", tell.change(), tell.instance(), tell.reason());
        } else {
            LOG.debug("event=instance-{} instance={} reason=\"{}\"", tell.change(), tell.instance(), tell.reason());
        }
    }

    private void safely(Slot slot, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.error("event=ingress-failed app={} next=\"goes on with what is known\"", slot.appId, e);
        }
    }
}
