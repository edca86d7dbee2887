package org.nearzero.ingress.core;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.nearzero.api.ingress.ConnectionEvent.Kind;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Peak;
import org.nearzero.api.ingress.Routes;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;

/**
 * The gate of one application: admits its connections to instances, lets them wait when none has room, and counts them.
 *
 * <p>A connection takes a slot without a lock as long as nobody waits. Otherwise it joins the line under the gate's lock.
 * Nobody is overlooked: who joins the line first enters it and then looks for a free slot; who gives a slot back first gives it
 * back and then looks at the line; one of the two sees the other. The line is served by one thread at a time, that of whoever
 * came first; others leave a note and go ({@code turns}), so that serving thousands neither recurses nor contends.
 *
 * <p>While no instance takes new connections and the routes name a way to the homebase, connections are relayed: those are
 * counted apart, and neither wait nor are remembered in a peak; their sessions and devices count as everybody's do.
 *
 * <p>Safe for any number of threads. Nobody is called under the lock, except for {@link Instance#closed}, and to be told that a
 * connection waits.
 */
public final class Gate {
    /** Sessions of one application at most; past that, idle ones end early. */
    static final int MAX_SESSIONS = 1_000_000;

    private final AppId app;
    private final Surroundings surroundings;
    private final Level level = new Level();
    private final Sessions sessions;
    private final Bell bell = new Bell();
    private final Wakeup wakeup = new Wakeup();
    private final AtomicInteger turns = new AtomicInteger();

    // Guarded by this.
    private final Line line = new Line();
    private final Ways ways;
    private Terms terms = Terms.unknown("not routed here");

    /** How many are in the line: written under the lock, read without. */
    private volatile int waiting;

    /** A gate that knows no route yet. */
    public Gate(AppId app, Surroundings surroundings) {
        this(app, surroundings, MAX_SESSIONS);
    }

    Gate(AppId app, Surroundings surroundings, int maxSessions) {
        this.app = requireNonNull(app, "app");
        this.surroundings = requireNonNull(surroundings, "surroundings");
        this.ways = new Ways(app, surroundings);
        this.sessions =
                new Sessions(maxSessions, 0, (device, now) -> happened(Kind.SESSION_STARTED, device, null, now));
    }

    /** Whose gate it is. */
    public AppId app() {
        return app;
    }

    /** Takes new routes unless it has some of a higher revision. @return whether it took them */
    public boolean route(Routes routes) {
        long now = surroundings.nanos();
        boolean emptied;
        synchronized (this) {
            if (terms.known() && routes.revision() < terms.revision()) {
                return false;
            }
            terms = Terms.of(routes, now, surroundings.now());
            ways.assign(routes);
            emptied = ways.isEmptiedSinceRead();
            bell.limit(routes.maxConnectionsPerInstance());
        }
        tellIfEmptied(emptied);
        sessions.idle(Terms.saturatedNanos(routes.sessionIdleTimeout()), now);
        serve(now);
        refuseThoseWhoMayNotWait(now);
        rewind();
        return true;
    }

    /** Forgets the routes: those who wait are refused with {@code reason}, those in flight go on. */
    public void withdraw(String reason) {
        long now = surroundings.nanos();
        List<Ticket> refused;
        boolean emptied;
        synchronized (this) {
            terms = Terms.unknown(reason);
            ways.withdraw();
            emptied = ways.isEmptiedSinceRead();
            refused = takeAll();
        }
        tellIfEmptied(emptied);
        refuse(refused, new Refusal(true, reason, 0), now);
    }

    /** Whether the application is not routed here and carries nothing, so that the gate can be forgotten. */
    public synchronized boolean isForgettable() {
        return !terms.known() && level.current() == 0 && ways.relayedNow() == 0;
    }

    /**
     * A new connection. If it is admitted its slot is on {@link Ticket#instance()}, which may be a relay, and nothing is called. If it waits, either
     * {@link Ticket#admitted} or {@link Ticket#refused} is called, once, unless it is abandoned first; that may be before this
     * returns. If it is refused, {@code refused} was called.
     *
     * @return whether it was admitted at once
     */
    public boolean arrive(Ticket ticket, long now) {
        ticket.arrivedAt = now;
        ticket.session = ticket.isFromPeer() ? null : sessions.enter(ticket.device(), now);
        if (ways.isRelaying() && relay(ticket, now)) {
            return true;
        }
        level.up();
        if (waiting == 0) {
            Instance instance = ways.acquireInstance(now);
            if (instance != null) {
                ticket.admit(instance);
                happened(Kind.ADMITTED, ticket.device(), instance, now);
                rewindIfNeeded();
                return true;
            }
        }
        park(ticket, now);
        return false;
    }

    private boolean relay(Ticket ticket, long now) {
        Instance way = ways.acquireRelay(ticket);
        if (way == null) {
            return false;
        }
        ticket.admit(way);
        happened(Kind.ADMITTED, ticket.device(), way, now);
        tell(bell.relays());
        rewindIfNeeded();
        return true;
    }

    /** Ends an admitted connection and gives its slot back. @return false if that was done before */
    public boolean release(Ticket ticket, long now) {
        if (!ticket.finish()) {
            return false;
        }
        Instance instance = ticket.instance();
        leaveSession(ticket, now);
        boolean emptied = ways.giveBack(ticket, instance);
        tell(!instance.isRelay() && bell.fallenTo(level.down(now)));
        tellIfEmptied(emptied);
        happened(Kind.RELEASED, ticket.device(), instance, now);
        if (waiting != 0) {
            serve(now);
        }
        return true;
    }

    /** Its device gave a waiting connection up: it leaves the line at once. @return false if it does not wait any more */
    public boolean abandon(Ticket ticket, long now) {
        synchronized (this) {
            if (!ticket.isWaiting()) {
                return false;
            }
            take(ticket);
        }
        depart(ticket, Kind.ABANDONED, now);
        return true;
    }

    /** Moves an admitted connection to another instance that has room. @return false if none has; it then keeps its slot */
    public boolean move(Ticket ticket, long now) {
        if (!ticket.isAdmitted()) {
            return false;
        }
        Instance from = ticket.instance();
        Instance other = ways.acquire(ticket, from, now);
        if (other == null) {
            return false;
        }
        ticket.moveTo(other);
        if (from.isRelay() && !other.isRelay()) {
            level.up();
        }
        tellIfEmptied(ways.giveBack(ticket, from));
        tell(!from.isRelay() && other.isRelay() && (bell.fallenTo(level.down(now)) || bell.relays()));
        if (waiting != 0) {
            serve(now);
        }
        return true;
    }

    /** The demand now. Arms {@link Surroundings#demandChanged} again. */
    public Demand demand() {
        long now = surroundings.nanos();
        Demand demand;
        boolean fallenMeanwhile;
        synchronized (this) {
            bell.arm();
            demand = counted(ways.readRelayed(), level.takePeak(now).toPeaks(now, surroundings.now()));
            fallenMeanwhile = bell.heard(demand.connections(), level::current);
        }
        tell(fallenMeanwhile);
        return demand;
    }

    /** The counts now, for somebody who only looks: arms nothing and takes no peak. */
    public synchronized Demand peek() {
        return counted(ways.relayedNow(), List.of());
    }

    /** Breaks all connections that are relayed. */
    public void breakRelayed() {
        ways.relayed().forEach(Ticket::breakOff);
    }

    /** How long a connection waits at most. */
    public synchronized Duration queueDeadline() {
        return terms.deadline();
    }

    /** Called under this. */
    private Demand counted(int relayed, List<Peak> recent) {
        var perInstance = ways.inFlight();
        int inFlight = perInstance.values().stream().mapToInt(Integer::intValue).sum();
        return new Demand(
                app,
                inFlight,
                line.size(),
                line.weight(),
                relayed,
                sessions.count(),
                sessions.devices(),
                perInstance,
                recent);
    }

    /** Closes an instance for good if it carries nothing. @return whether it is closed now, or not known */
    public synchronized boolean retire(AppInstanceId instance) {
        return ways.retire(instance);
    }

    /** Why a connection that came now and found no room would be refused; null if it would wait. */
    public synchronized Refusal wouldRefuse(long now) {
        return whyRefused(0, now);
    }

    /** Called under this. */
    private Refusal whyRefused(long weight, long now) {
        return ways.isRelaying() ? ways.refusal() : terms.refusal(line.size(), line.weight() + weight, now);
    }

    /** Does what is due: refuses those who waited too long, ends sessions. To be called when asked through {@code wakeAt}. */
    public void wake() {
        long now = surroundings.nanos();
        wakeup.fired();
        List<Ticket> late = new ArrayList<>();
        Duration deadline;
        synchronized (this) {
            deadline = terms.deadline();
            for (Ticket t = line.first(); t != null && t.arrivedAt + deadline.toNanos() - now <= 0; t = line.first()) {
                take(t);
                late.add(t);
            }
        }
        refuse(late, Terms.waitedTooLong(deadline), now);
        for (Sessions.Session ended : sessions.expire(now)) {
            happened(Kind.SESSION_ENDED, ended.device, null, now);
        }
        rewind();
    }

    private void park(Ticket ticket, long now) {
        long weight = ticket.weight();
        Refusal refusal;
        synchronized (this) {
            refusal = whyRefused(weight, now);
            if (refusal == null) {
                ticket.weight = weight;
                ticket.park();
                line.add(ticket);
                waiting = line.size();
                // Told while nobody can take it out of the line, or that might be told first.
                happened(Kind.PARKED, ticket.device(), null, now);
            }
        }
        if (refusal != null) {
            refuse(List.of(ticket), refusal, now);
            return;
        }
        tell(bell.waits());
        serve(now);
        rewind();
    }

    /** Admits from the head of the line while there is room. */
    private void serve(long now) {
        if (turns.getAndIncrement() != 0) {
            return;
        }
        int noted = 1;
        do {
            for (Ticket ticket : takeAdmissible(now)) {
                happened(Kind.ADMITTED, ticket.device(), ticket.instance(), now);
                ticket.admitted();
            }
            noted = turns.addAndGet(-noted);
        } while (noted != 0);
    }

    private List<Ticket> takeAdmissible(long now) {
        if (waiting == 0) {
            return List.of();
        }
        List<Ticket> admitted = new ArrayList<>();
        boolean relayed = false;
        synchronized (this) {
            for (Ticket ticket = line.first(); ticket != null; ticket = line.first()) {
                Instance instance = ways.acquire(ticket, null, now);
                if (instance == null) {
                    break;
                }
                take(ticket);
                ticket.admit(instance);
                admitted.add(ticket);
                relayed |= instance.isRelay() && isNews(now);
            }
        }
        tell(relayed);
        return admitted;
    }

    /** One that has waited is relayed, and counts no more here. @return whether to tell */
    private boolean isNews(long now) {
        boolean fallen = bell.fallenTo(level.down(now));
        return bell.relays() || fallen;
    }

    private void refuseThoseWhoMayNotWait(long now) {
        List<Ticket> refused;
        Refusal refusal;
        synchronized (this) {
            refusal = terms.refusalOfAll(now);
            refused = refusal == null ? List.of() : takeAll();
        }
        refuse(refused, refusal, now);
    }

    private void refuse(List<Ticket> tickets, Refusal refusal, long now) {
        for (Ticket ticket : tickets) {
            ticket.drop();
            depart(ticket, Kind.REFUSED, now);
            ticket.refused(refusal);
        }
    }

    /** Counts out a connection that was never admitted. */
    private void depart(Ticket ticket, Kind kind, long now) {
        leaveSession(ticket, now);
        tell(bell.fallenTo(level.down(now)));
        happened(kind, ticket.device(), null, now);
        if (!wakeup.isSet()) {
            rewind();
        }
    }

    private void leaveSession(Ticket ticket, long now) {
        if (ticket.session != null) {
            sessions.leave(ticket.session, now);
        }
    }

    private List<Ticket> takeAll() {
        List<Ticket> all = new ArrayList<>(line.size());
        for (Ticket ticket = line.first(); ticket != null; ticket = line.first()) {
            take(ticket);
            all.add(ticket);
        }
        return all;
    }

    private void take(Ticket ticket) {
        line.remove(ticket);
        ticket.drop();
        waiting = line.size();
    }

    private void happened(Kind kind, String device, Instance instance, long now) {
        surroundings.happened(kind, app, device, instance, now);
    }

    private void tellIfEmptied(boolean emptied) {
        if (!emptied) {
            return;
        }
        synchronized (this) {
            ways.tidy();
        }
        tell(bell.emptied());
    }

    private void tell(boolean news) {
        if (news) {
            surroundings.demandChanged(app);
        }
    }

    private void rewindIfNeeded() {
        if (!wakeup.isSet() || sessions.isFull()) {
            rewind();
        }
    }

    /** Sees to it that {@link #wake} is called when the next thing is due. */
    private void rewind() {
        long next = sessions.nextLook();
        if (sessions.isFull()) {
            next = Math.min(next, surroundings.nanos() + Sessions.SHORTEST_LOOK);
        }
        synchronized (this) {
            Ticket first = line.first();
            if (first != null) {
                next = Math.min(next, first.arrivedAt + terms.deadline().toNanos());
            }
        }
        if (wakeup.isEarlier(next)) {
            wakeup.ask(next, nanos -> surroundings.wakeAt(this, nanos));
        }
    }
}
