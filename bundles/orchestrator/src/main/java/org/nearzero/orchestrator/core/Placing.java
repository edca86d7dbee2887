package org.nearzero.orchestrator.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Peak;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.policy.Desired;

/**
 * Which part this point of presence plays for an application, and what follows from it.
 *
 * @param placement the part
 * @param since when it took on a part of this kind; new doors or another drain do not change it
 * @param breakBy when connections that are still relayed are broken, since they are served here now; {@link Instant#MAX} for
 *     never. Of an application that is being deleted: when its drain is over
 */
public record Placing(Placement placement, Instant since, Instant breakBy) {
    private static final Duration NO_DOOR_RETRY = Duration.ofSeconds(1);

    static Placing of(Placement placement, Instant now) {
        return new Placing(placement, now, Instant.MAX);
    }

    /** This one once another part, or the same with other values, was given. */
    Placing to(Placement next, Instant now) {
        if (next.equals(placement)) {
            return this;
        }
        return new Placing(next, next.getClass().equals(placement.getClass()) ? since : now, breakBy);
    }

    /** Whether all that comes here goes to the homebase. */
    public boolean relays() {
        return placement instanceof Placement.Relay;
    }

    /** Whether connections may be relayed at the moment: also while those of before go on. */
    public boolean mayCarryRelayed() {
        return !(placement instanceof Placement.Homebase) || breakBy.isBefore(Instant.MAX);
    }

    /** How many instances there are to be, if that is no question of demand. */
    public Optional<Desired> ordered() {
        return placement instanceof Placement.Relay relay
                ? Optional.of(new Desired(0, "0: relayed to homebase " + relay.homebase(), Optional.empty(), false))
                : Optional.empty();
    }

    /** When instances are stopped whatever they carry; {@link Instant#MAX} for never. */
    Instant drainBy() {
        return placement instanceof Placement.Relay relay ? since.plus(relay.drain()) : Instant.MAX;
    }

    /** What is wrong with the part by itself; empty if nothing is. */
    String condition() {
        return !(placement instanceof Placement.Homebase) && doors().isEmpty() ? noDoor() : "";
    }

    // Routes

    /** Whether connections that come now are served here, or wait for it here. */
    boolean servesWith(List<Routes.Target> targets) {
        return placement instanceof Placement.Homebase
                || (!relays() && targets.stream().anyMatch(t -> t.admission() == Routes.Admission.OPEN));
    }

    /** What becomes of a connection that is not served here. */
    Routes.Otherwise elsewhere(Routes.Otherwise last, Instant now) {
        if (!doors().isEmpty()) {
            return new Routes.Relay(homebase(), doors());
        }
        boolean said = last instanceof Routes.Refuse refuse
                && refuse.reason().equals(noDoor())
                && now.isBefore(refuse.retryAt());
        return said ? last : new Routes.Refuse(noDoor(), now.plus(NO_DOOR_RETRY));
    }

    /**
     * This one once the routes have changed. From the moment on at which connections are served here and were not before, those
     * that are relayed may go on for the drain; once all are relayed again, for as long as they like.
     */
    Placing routed(AppState before, Routes routes, Instant now) {
        boolean served = before.placing().servesWith(before.routes().targets());
        boolean serves = servesWith(routes.targets());
        if (serves == served) {
            return this;
        }
        return breakingBy(serves ? now.plus(drainOf(before.placement())) : Instant.MAX);
    }

    private Duration drainOf(Placement before) {
        Placement whose = placement instanceof Placement.Serve ? placement : before;
        return whose instanceof Placement.Serve serve
                ? serve.drain()
                : whose instanceof Placement.Relay relay ? relay.drain() : Duration.ZERO;
    }

    Placing breakingBy(Instant by) {
        return by.equals(breakBy) ? this : new Placing(placement, since, by);
    }

    // Demand

    /** Demand as it is remembered: where users are to be served, those that are relayed keep an instance as those served do. */
    Demand noted(Demand demand, Instant now) {
        if (!serving() || demand.relayed() == 0) {
            return demand;
        }
        List<Peak> recent = new ArrayList<>(demand.recent());
        recent.add(new Peak(demand.connections() + demand.relayed(), now));
        return with(demand, demand.waiting(), demand.relayed(), recent);
    }

    /**
     * The demand that a decision is asked for. Where users are to be served: what it would be if they were. Relayed connections count
     * as waiting, and as long as there are sessions, one connection at least.
     */
    public Demand asked(Demand demand) {
        if (!serving()) {
            return demand;
        }
        int waiting = demand.waiting() + demand.relayed() + (heldBySessions(demand) ? 1 : 0);
        return with(demand, waiting, 0, demand.recent());
    }

    /** The answer to what was {@link #asked}, with what was counted that a person does not see in demand. */
    public Desired answered(Demand demand, Desired desired) {
        String counting = "";
        if (serving() && demand.relayed() > 0) {
            counting =
                    " (counting " + count(demand.relayed(), "connection") + " relayed to homebase " + homebase() + ")";
        } else if (serving() && heldBySessions(demand)) {
            counting = " (counting 1 connection for " + count(demand.sessions(), "session") + " here)";
        }
        return counting.isEmpty()
                ? desired
                : new Desired(desired.instances(), desired.reason() + counting, desired.wakeAt(), desired.capped());
    }

    private boolean serving() {
        return placement instanceof Placement.Serve;
    }

    private static boolean heldBySessions(Demand demand) {
        return demand.sessions() > 0 && demand.connections() == 0 && demand.relayed() == 0;
    }

    private static Demand with(Demand d, int waiting, int relayed, List<Peak> recent) {
        return new Demand(
                d.appId(),
                d.inFlight(),
                waiting,
                d.waitingBytes(),
                relayed,
                d.sessions(),
                d.devices(),
                d.perInstance(),
                recent);
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    // Time

    /** Demand was read: breaks what is relayed still though its time is over. Never on old knowledge, so not when time passes. */
    static void demandRead(Turn turn) {
        boolean none = turn.demand.relayed() == 0;
        boolean over = !turn.now.isBefore(turn.placing.breakBy());
        if (none && (over || turn.deleting())) {
            turn.placing = turn.placing.breakingBy(Instant.MAX);
        } else if (over && !turn.deleting()) {
            turn.placing = turn.placing.breakingBy(turn.now.plus(turn.timing.drainRecheck()));
            turn.effect(new Effect.BreakRelayed());
        }
    }

    /** Cuts what is left once its time is over: here, if everything is relayed; on its way, if the application is deleted. */
    static void check(Turn turn) {
        if (turn.deleting()) {
            if (!turn.now.isBefore(turn.placing.breakBy())) {
                turn.placing = turn.placing.breakingBy(Instant.MAX);
                turn.effect(new Effect.BreakRelayed());
            }
            return;
        }
        if (turn.now.isBefore(turn.placing.drainBy())) {
            return;
        }
        for (Instance instance : turn.all()) {
            if (instance.live()) {
                turn.stop(
                        instance,
                        AppInstanceStatus.TERMINATING,
                        "relayed to homebase " + turn.placing.homebase() + ", drain limit reached");
            }
        }
    }

    /** When time alone changes something about it; {@link Instant#MAX} for never. */
    static Instant next(AppState app, Timing timing, Instant now) {
        Placing placing = app.placing();
        Instant next = app.instances().values().stream().anyMatch(Instance::live) ? placing.drainBy() : Instant.MAX;
        Instant recheck = now.plus(timing.drainRecheck());
        if (placing.breakBy().isBefore(Instant.MAX)) {
            next = earlier(next, placing.breakBy().isAfter(now) ? placing.breakBy() : recheck);
        }
        return placing.untold(app) ? earlier(next, recheck) : next;
    }

    /** Whether a decision hangs on what nobody tells: that a connection is relayed or is no more, that the last session has ended. */
    private boolean untold(AppState app) {
        Demand demand = app.demand();
        return serving() && (!servesWith(app.routes().targets()) || demand.relayed() > 0 || heldBySessions(demand));
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    private String noDoor() {
        return "homebase " + homebase() + ": no door known yet";
    }

    private PopId homebase() {
        return placement instanceof Placement.Serve serve ? serve.homebase() : ((Placement.Relay) placement).homebase();
    }

    private List<Endpoint> doors() {
        return placement instanceof Placement.Serve serve ? serve.doors() : ((Placement.Relay) placement).doors();
    }
}
