package org.nearzero.api.policy;

import java.util.List;
import org.nearzero.api.model.AppInstance;
import org.nearzero.api.model.AppInstanceStatus;

/**
 * The instances of one application that exist at this point of presence, each with its state.
 *
 * @param instances those that were ordered and whose process is not known to have ended, failed ones included: all of them take
 *     resources; in no particular order
 */
public record Observed(List<AppInstance> instances) {
    /** No instance at all. */
    public static final Observed NOTHING = new Observed(List.of());

    public Observed {
        instances = List.copyOf(instances);
    }

    /** How many instances are in a state. */
    public int count(AppInstanceStatus status) {
        return (int) instances.stream().filter(i -> i.status() == status).count();
    }

    /** Instances that serve or soon will: ready, instantiating, and unknown ones, which may well be alive. */
    public int live() {
        return count(AppInstanceStatus.READY)
                + count(AppInstanceStatus.INSTANTIATING)
                + count(AppInstanceStatus.UNKNOWN);
    }
}
