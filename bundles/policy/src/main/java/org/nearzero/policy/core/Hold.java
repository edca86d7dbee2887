package org.nearzero.policy.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Peak;
import org.nearzero.api.model.AppInstance;
import org.nearzero.api.model.Problems;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.policy.Observed;

/**
 * A reason not to give up what runs yet.
 *
 * @param instances how many it keeps, never more than are live: a hold keeps, it does not start
 * @param until when it ends; at that instant it holds no more
 * @param by the policy that says so, for a person
 */
record Hold(int instances, Instant until, String by) {
    /**
     * The holds in force at {@code now}. A peak holds for {@code scaleInDelay} from when its level was last reached; the
     * youngest live instance holds all of them for {@code stabilizationWindow} from its creation. (An instant that lies in the
     * future, off a clock that runs ahead, holds that much longer.)
     */
    static List<Hold> inForce(ScalingPolicy scaling, Demand demand, Observed observed, Instant now) {
        int live = observed.live();
        if (live == 0) {
            return List.of();
        }
        List<Hold> holds = new ArrayList<>();
        for (Peak peak : demand.recent()) {
            Instant until = Words.later(peak.until(), scaling.scaleInDelay());
            if (until.isAfter(now) && peak.connections() > 0) {
                int kept = Math.min(live, scaling.instancesFor(peak.connections()));
                holds.add(new Hold(kept, until, "scaleInDelay " + Problems.text(scaling.scaleInDelay())));
            }
        }
        Instant youngest = Instant.MIN;
        for (AppInstance instance : observed.instances()) {
            if (isLive(instance) && instance.createdAt().isAfter(youngest)) {
                youngest = instance.createdAt();
            }
        }
        Instant settled = Words.later(youngest, scaling.stabilizationWindow());
        if (settled.isAfter(now)) {
            holds.add(new Hold(live, settled, "stabilizationWindow " + Problems.text(scaling.stabilizationWindow())));
        }
        return holds;
    }

    private static boolean isLive(AppInstance instance) {
        return switch (instance.status()) {
            case READY, INSTANTIATING, UNKNOWN -> true;
            case FAILED, TERMINATING -> false;
        };
    }
}
