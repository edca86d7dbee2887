package org.nearzero.api.model;

import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * When an application follows its users to another point of presence, and when it comes back (spec X.4.4, concurrent sessions at a
 * MEC point of presence as seen by the proxy). The gap between the two thresholds, the window and the cooldown keep it from moving
 * to and fro.
 *
 * @param sessionThreshold sessions at a point of presence from which it is worth serving there, 1 to 1 000 000
 * @param sessionWindow how long they must have been that many without a break, and as few without a break for the way back, 0 to 24 h
 * @param returnThreshold sessions down to which it is not worth it any more, 0 to {@code sessionThreshold - 1}
 * @param cooldown how long after a change at a point of presence none is made there in the other direction, 0 to 24 h
 * @param allowedZones where it may be served besides its homebase; empty: in every zone
 * @param maxServingPops at how many points of presence besides its homebase at once, 1 to 10 000
 * @param drainTimeout how long a connection may go on the old way after the route has changed, 0 to 24 h; then it is broken
 * @param onHomebaseLost what a point of presence may do that does not reach the homebase
 */
public record MigrationPolicy(
        int sessionThreshold,
        Duration sessionWindow,
        int returnThreshold,
        Duration cooldown,
        Set<ZoneId> allowedZones,
        int maxServingPops,
        Duration drainTimeout,
        OnHomebaseLost onHomebaseLost) {
    private static final Duration DAY = Duration.ofHours(24);

    /** 10 sessions for 10 s, back at 3, 60 s apart, everywhere, 10 at once, 5 min to drain, only what is served already goes on. */
    public static final MigrationPolicy DEFAULT = new MigrationPolicy(
            10,
            Duration.ofSeconds(10),
            3,
            Duration.ofSeconds(60),
            Set.of(),
            10,
            Duration.ofMinutes(5),
            OnHomebaseLost.KEEP);

    /** What a point of presence may do that does not reach the homebase. */
    public enum OnHomebaseLost {
        /** It goes on with what it serves, scaling it included; what it relayed is refused until the homebase is back. */
        KEEP,
        /** It may also start what it has an artefact for, so that those whom it relayed are served. */
        START
    }

    /** @throws InvalidInputException with every problem found */
    public MigrationPolicy {
        Problems.check()
                .range("sessionThreshold", sessionThreshold, 1, 1_000_000)
                .range("sessionWindow", sessionWindow, Duration.ZERO, DAY)
                .range("returnThreshold", returnThreshold, 0, Math.max(0, Math.min(sessionThreshold, 1_000_000) - 1))
                .range("cooldown", cooldown, Duration.ZERO, DAY)
                .expect(allowedZones != null, "allowedZones", allowedZones, "a set of zones, may be empty")
                .range("maxServingPops", maxServingPops, 1, 10_000)
                .range("drainTimeout", drainTimeout, Duration.ZERO, DAY)
                .expect(onHomebaseLost != null, "onHomebaseLost", onHomebaseLost, "KEEP or START")
                .throwIfAny();
        allowedZones = Collections.unmodifiableSet(new TreeSet<>(allowedZones));
    }

    /** Whether an application may be served in a zone. */
    public boolean allows(ZoneId zone) {
        return allowedZones.isEmpty() || allowedZones.contains(zone);
    }
}
