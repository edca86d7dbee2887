package org.nearzero.sites.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Migration;

/** What a part of a site put out. */
final class Recorded implements Output {
    final List<Kept> kept = new ArrayList<>();
    final List<Assignment> assigned = new ArrayList<>();
    final List<Migration> told = new ArrayList<>();

    @Override
    public void keep(Kept record) {
        kept.add(record);
    }

    @Override
    public void drop(Kept record) {
        kept.remove(record);
    }

    @Override
    public void assign(Assignment assignment) {
        assigned.add(assignment);
    }

    @Override
    public void unassign(ShareRecord share) {
        assigned.removeIf(assignment -> assignment.popId().equals(share.popId()));
    }

    @Override
    public void tell(Migration migration) {
        told.add(migration);
    }

    @Override
    public void place(Application application, Placement placement) {
        // A homebase places nothing itself.
    }

    @Override
    public void remove(AppId appId, Duration drain) {
        // Nor does it remove anything.
    }

    @Override
    public void acts(FollowerRecord follower) {
        // It follows nobody.
    }
}
