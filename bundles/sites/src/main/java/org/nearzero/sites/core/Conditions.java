package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.PopId;

/**
 * What a share's next step depends on beside the share and the event.
 *
 * @param homebase where the application's homebase is
 * @param policy when it migrates; empty: never, and what has migrated comes back
 * @param startupDeadline how long one of its instances may take to start
 * @param site the site of the share
 * @param place whether it may serve beside the others
 * @param operatorAllows beside how many others at most, as the operator says
 * @param nextEpoch the epoch that a new assignment has; used at most once a step
 * @param timing how long things may take
 */
public record Conditions(
        PopId homebase,
        Optional<MigrationPolicy> policy,
        Duration startupDeadline,
        Standing site,
        Bounds.Place place,
        int operatorAllows,
        long nextEpoch,
        Timing timing) {
    public Conditions {
        requireNonNull(homebase, "homebase");
        requireNonNull(policy, "policy");
        requireNonNull(startupDeadline, "startupDeadline");
        requireNonNull(site, "site");
        requireNonNull(place, "place");
        requireNonNull(timing, "timing");
    }
}
