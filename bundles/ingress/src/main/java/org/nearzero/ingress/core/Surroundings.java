package org.nearzero.ingress.core;

import java.time.Instant;
import org.nearzero.api.ingress.ConnectionEvent.Kind;
import org.nearzero.api.ingress.Routes.Relay;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.api.model.AppId;

/** What a {@link Gate} needs from outside: clocks, and somebody to tell. All methods return at once and throw nothing. */
public interface Surroundings {
    /** Nanoseconds of a monotonic clock. */
    long nanos();

    /** The time of day. */
    Instant now();

    /** A new instance for a target that a gate has not seen before. */
    Instance instance(AppId app, Target target, int limit);

    /** A new way to a homebase. */
    Instance relay(AppId app, Relay relay);

    /** How many connections of one application are relayed at once at most, at least 1. */
    int maxRelayed();

    /** It is worth reading the demand of {@code app} again. */
    void demandChanged(AppId app);

    /** Something happened. {@code instance} is null if on none, and may be a relay. */
    void happened(Kind kind, AppId app, String device, Instance instance, long nanos);

    /** Calls {@link Gate#wake} at {@code nanos}, or soon after; replaces what was asked before. */
    void wakeAt(Gate gate, long nanos);
}
