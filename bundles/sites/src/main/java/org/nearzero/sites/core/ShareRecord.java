package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Assignment.Role;
import org.nearzero.api.sites.Migration;

/**
 * What a homebase keeps of one site's part in an application.
 *
 * @param appId which application
 * @param popId which site
 * @param wanted what the last verdict said; it differs from the assignment while a failed migration waits for its next attempt
 * @param decidedAt when it said so; {@link Times#NEVER}: never
 * @param assignment what the site is told; empty: nothing of its own, it relays
 * @param acknowledged the highest epoch that the site has been seen to act on
 * @param migration the one under way, or the last; empty: there was none
 * @param deadline until when its present state may last; {@link Times#FOREVER}: it may
 * @param failures failed attempts in a row
 * @param retryAt not before then is it tried again; {@link Times#NEVER}: at any time
 */
public record ShareRecord(
        AppId appId,
        PopId popId,
        Role wanted,
        Instant decidedAt,
        Optional<Assignment> assignment,
        long acknowledged,
        Optional<Migration> migration,
        Instant deadline,
        int failures,
        Instant retryAt)
        implements Kept {
    public ShareRecord {
        requireNonNull(appId, "appId");
        requireNonNull(popId, "popId");
        requireNonNull(wanted, "wanted");
        requireNonNull(decidedAt, "decidedAt");
        requireNonNull(assignment, "assignment");
        requireNonNull(migration, "migration");
        requireNonNull(deadline, "deadline");
        requireNonNull(retryAt, "retryAt");
    }

    /** A site that only relays. */
    public static ShareRecord relaying(AppId appId, PopId popId) {
        return new ShareRecord(
                appId,
                popId,
                Role.RELAY,
                Times.NEVER,
                Optional.empty(),
                0,
                Optional.empty(),
                Times.FOREVER,
                0,
                Times.NEVER);
    }

    @Override
    public Table table() {
        return Table.SHARES;
    }

    @Override
    public String key() {
        return appId.value() + "/" + popId.value();
    }

    /** What the site is told to do. */
    public Role role() {
        return assignment.map(Assignment::role).orElse(Role.RELAY);
    }

    /** Whether a migration is under way. */
    public boolean migrating() {
        return migration.isPresent() && !migration.get().state().over();
    }

    /** Whether the site may be serving: it was told to, and has not been seen to know better since. */
    public boolean takesPlace() {
        return assignment.isPresent()
                && (assignment.get().role() == Role.SERVE
                        || acknowledged < assignment.get().epoch());
    }

    ShareRecord acknowledging(long epoch) {
        return new ShareRecord(
                appId, popId, wanted, decidedAt, assignment, epoch, migration, deadline, failures, retryAt);
    }

    ShareRecord decided(Role role, Instant at) {
        return new ShareRecord(appId, popId, role, at, assignment, acknowledged, migration, deadline, 0, Times.NEVER);
    }

    ShareRecord assigned(Assignment next) {
        return new ShareRecord(
                appId,
                popId,
                wanted,
                decidedAt,
                Optional.of(next),
                acknowledged,
                migration,
                deadline,
                failures,
                retryAt);
    }

    ShareRecord migrating(Optional<Migration> next, Instant until) {
        return new ShareRecord(
                appId, popId, wanted, decidedAt, assignment, acknowledged, next, until, failures, retryAt);
    }

    ShareRecord until(Instant next) {
        return migrating(migration, next);
    }

    ShareRecord failed(int times, Instant nextAt) {
        return new ShareRecord(
                appId, popId, wanted, decidedAt, assignment, acknowledged, migration, deadline, times, nextAt);
    }
}
