package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Assignment.Role;

/**
 * What a site keeps of an application that has its homebase elsewhere.
 *
 * @param homebase where its homebase is
 * @param application the version last heard of
 * @param offerEpoch the epoch of its homebase's offer
 * @param assignment what this site is to do; empty: it relays
 */
public record FollowerRecord(PopId homebase, Application application, long offerEpoch, Optional<Assignment> assignment)
        implements Kept {
    public FollowerRecord {
        requireNonNull(homebase, "homebase");
        requireNonNull(application, "application");
        requireNonNull(assignment, "assignment");
    }

    @Override
    public Table table() {
        return Table.FOLLOWERS;
    }

    @Override
    public String key() {
        return application.appId().value();
    }

    /** What this site is to do. */
    public Role role() {
        return assignment.map(Assignment::role).orElse(Role.RELAY);
    }

    /** The epoch that this site acts on: of its own assignment, else that of the application. */
    public long epoch() {
        return assignment.map(Assignment::epoch).orElse(offerEpoch);
    }

    /** Without an assignment that is older than the offer: that was of the application's life before. */
    FollowerRecord valid() {
        return assignment.filter(a -> a.epoch() < offerEpoch).isPresent() ? assigned(Optional.empty()) : this;
    }

    FollowerRecord assigned(Optional<Assignment> next) {
        return new FollowerRecord(homebase, application, offerEpoch, next);
    }

    FollowerRecord version(Application next) {
        return next.equals(application) ? this : new FollowerRecord(homebase, next, offerEpoch, assignment);
    }
}
