package org.nearzero.ingress.core;

import static java.util.Objects.requireNonNull;

import org.nearzero.api.ingress.Routes.Relay;
import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;

/**
 * An instance that carries connections: its name, where it accepts them, and its {@link Slots}. Or the way to the homebase, which
 * carries them as an instance does, but has no name and no limit of its own. Subclassed to hold transport state.
 */
public class Instance extends Slots {
    private final AppInstanceId id;
    private final Endpoint endpoint;
    private final Relay relay;
    private volatile long avoidedUntil = Long.MIN_VALUE;

    /** An instance with all its slots free. */
    public Instance(Target target, int limit) {
        super(limit);
        this.id = requireNonNull(target, "target").appInstanceId();
        this.endpoint = target.endpoint();
        this.relay = null;
    }

    /** A way to a homebase. */
    public Instance(Relay relay) {
        super(Integer.MAX_VALUE);
        this.id = null;
        this.endpoint = requireNonNull(relay, "relay").doors().get(0);
        this.relay = relay;
    }

    /** The way to the homebase that it is; null if it is an instance. */
    public final Relay relay() {
        return relay;
    }

    /** Whether it is the way to a homebase. */
    public final boolean isRelay() {
        return relay != null;
    }

    /** Its name; null if it is a relay. */
    public final AppInstanceId id() {
        return id;
    }

    /** Where it accepts connections; of a relay, the first door. */
    public final Endpoint endpoint() {
        return endpoint;
    }

    /**
     * Lets others go first until {@code nanos}: it refused a connection. It still gets those for which nobody else has room.
     *
     * @return false if it was avoided already
     */
    public final boolean avoidUntil(long now, long nanos) {
        boolean news = !isAvoided(now);
        avoidedUntil = nanos;
        return news;
    }

    final boolean isAvoided(long now) {
        long until = avoidedUntil;
        return until != Long.MIN_VALUE && until - now > 0;
    }

    /** Told once it takes no connection any more, for good. Called under the gate's lock: returns quickly, calls nobody. */
    protected void closed() {}
}
