package org.nearzero.api.time;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * A clock that nobody can set: it reads the wall clock once and counts on from there. Deadlines kept by it come when their time
 * has passed, even if the machine's date was changed meanwhile; what it shows is then off by that change until the next start.
 * Any thread.
 */
public final class SteadyClock extends Clock {
    /** One for all rooms: the ingress tells instants that the policy and the orchestrator compare with their own. */
    private static final Clock OF_THIS_PROCESS = new SteadyClock(Clock.systemUTC(), System::nanoTime);

    private final LongSupplier nanos;
    private final Instant begun;
    private final long begunNanos;
    private final ZoneId zone;

    SteadyClock(Clock wall, LongSupplier nanos) {
        this(nanos, wall.instant(), nanos.getAsLong(), ZoneOffset.UTC);
    }

    private SteadyClock(LongSupplier nanos, Instant begun, long begunNanos, ZoneId zone) {
        this.nanos = nanos;
        this.begun = begun;
        this.begunNanos = begunNanos;
        this.zone = zone;
    }

    /** The one that all rooms of this process share. */
    public static Clock ofThisProcess() {
        return OF_THIS_PROCESS;
    }

    @Override
    public Instant instant() {
        return begun.plusNanos(nanos.getAsLong() - begunNanos);
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new SteadyClock(nanos, begun, begunNanos, requireNonNull(other, "other"));
    }
}
