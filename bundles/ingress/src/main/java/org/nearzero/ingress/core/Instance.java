package org.nearzero.ingress.core;

import static java.util.Objects.requireNonNull;

import org.nearzero.api.ingress.Routes.Target;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.Endpoint;

/** An instance that carries connections: its name, where it accepts them, and its {@link Slots}. Subclassed to hold transport state. */
public class Instance extends Slots {
    private final AppInstanceId id;
    private final Endpoint endpoint;
    private volatile long avoidedUntil = Long.MIN_VALUE;

    /** An instance with all its slots free. */
    public Instance(Target target, int limit) {
        super(limit);
        this.id = requireNonNull(target, "target").appInstanceId();
        this.endpoint = target.endpoint();
    }

    /** Its name. */
    public final AppInstanceId id() {
        return id;
    }

    /** Where it accepts connections. */
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
