package org.nearzero.api.ingress;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;

/**
 * What users ask of one application at one point of presence, as its ingress counts it (spec X.4.2). A connection is one HTTP
 * exchange in flight, or one WebSocket for as long as it is open. A session is one device's use of the application: it begins
 * with the device's first connection and ends the policy's idle time after its last.
 *
 * @param appId whose
 * @param inFlight connections that hold a slot on an instance, at least 0; the sum of {@code perInstance}
 * @param waiting connections that are parked until there is room, at least 0
 * @param waitingBytes bytes that the parked requests hold, at least 0
 * @param relayed connections that are passed on to the homebase's ingress, at least 0; not part of {@code inFlight}
 * @param sessions sessions that have not ended, at least 0
 * @param devices devices that have a connection in flight or waiting at this moment, at most {@code sessions}
 * @param perInstance connections in flight on each instance that the ingress routes to; closed instances included while they
 *     carry any
 * @param recent the highest levels of the recent past, newest last: levels strictly fall, times rise. The ingress fills in the
 *     one since it was last read; {@link #remembering} adds what was read before
 */
public record Demand(
        AppId appId,
        int inFlight,
        int waiting,
        long waitingBytes,
        int relayed,
        int sessions,
        int devices,
        Map<AppInstanceId, Integer> perInstance,
        List<Peak> recent) {
    private static final int REMEMBERED = 64;

    public Demand {
        requireNonNull(appId, "appId");
        perInstance = Map.copyOf(perInstance);
        recent = List.copyOf(recent);
    }

    /** Demand at a point of presence that relays nothing. */
    public Demand(
            AppId appId,
            int inFlight,
            int waiting,
            long waitingBytes,
            int sessions,
            int devices,
            Map<AppInstanceId, Integer> perInstance,
            List<Peak> recent) {
        this(appId, inFlight, waiting, waitingBytes, 0, sessions, devices, perInstance, recent);
    }

    /** Nobody there, and nobody remembered. */
    public static Demand none(AppId appId) {
        return new Demand(appId, 0, 0, 0, 0, 0, Map.of(), List.of());
    }

    /** Connections in flight and waiting together; relayed ones are the homebase's. */
    public int connections() {
        return inFlight + waiting;
    }

    /** Connections in flight on one instance; 0 for one that the ingress does not know. */
    public int on(AppInstanceId instance) {
        return perInstance.getOrDefault(instance, 0);
    }

    /**
     * This demand with the peaks that an earlier one remembers and that still matter: those not older than {@code oldest} and
     * higher than everything after them. At most {@value #REMEMBERED} are kept; past that, neighbours are merged upward, which
     * can only delay a scale-in.
     */
    public Demand remembering(Demand earlier, Instant oldest) {
        List<Peak> merged = new ArrayList<>();
        earlier.recent.forEach(peak -> push(merged, peak));
        recent.forEach(peak -> push(merged, peak));
        merged.removeIf(peak -> peak.until().isBefore(oldest));
        while (merged.size() > REMEMBERED) {
            merged.set(0, new Peak(merged.get(0).connections(), merged.get(1).until()));
            merged.remove(1);
        }
        return new Demand(appId, inFlight, waiting, waitingBytes, relayed, sessions, devices, perInstance, merged);
    }

    private static void push(List<Peak> falling, Peak next) {
        while (!falling.isEmpty() && falling.get(falling.size() - 1).connections() <= next.connections()) {
            falling.remove(falling.size() - 1);
        }
        falling.add(next);
    }
}
