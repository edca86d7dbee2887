package org.nearzero.sites.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Migration;

/** What follows from one event, put in order: first what is written, then what is done here, then what is told. */
final class Outbox implements Output {
    private final Peers peers;
    private final Map<String, Change> changes = new LinkedHashMap<>();
    private final Map<AppId, Effect> placements = new LinkedHashMap<>();
    private final List<Effect> told = new ArrayList<>();
    private final Map<AppId, FollowerRecord> acting = new LinkedHashMap<>();

    Outbox(Peers peers) {
        this.peers = peers;
    }

    @Override
    public void keep(Kept kept) {
        change(kept, Change.put(kept));
    }

    @Override
    public void drop(Kept kept) {
        change(kept, Change.remove(kept));
    }

    private void change(Kept kept, Change change) {
        changes.put(kept.table() + "/" + kept.key(), change);
    }

    @Override
    public void assign(Assignment assignment) {
        Peer peer = peers.peer(assignment.popId());
        peer.assignments.put(assignment.appId(), assignment);
        peers.news(peer);
    }

    @Override
    public void unassign(ShareRecord share) {
        peers.peer(share.popId()).assignments.forget(share.appId());
    }

    @Override
    public void tell(Migration migration) {
        told.add(new Effect.Tell(migration));
    }

    /** The last word on an application is the only one that is said. */
    @Override
    public void place(Application application, Placement placement) {
        placements.remove(application.appId());
        placements.put(application.appId(), new Effect.Place(application, placement));
    }

    @Override
    public void remove(AppId appId, Duration drain) {
        placements.remove(appId);
        placements.put(appId, new Effect.Remove(appId, drain));
        acting.remove(appId);
    }

    @Override
    public void acts(FollowerRecord follower) {
        acting.put(follower.application().appId(), follower);
    }

    /** The applications for which this site acts on another epoch than before. */
    Collection<FollowerRecord> acting() {
        return acting.values();
    }

    /** Whether an application is to be served here from now on, or in another version. */
    boolean serves(AppId appId) {
        return placements.get(appId) instanceof Effect.Place place && place.placement() instanceof Placement.Serve;
    }

    List<Effect> effects(Collection<PopId> sends) {
        if (changes.isEmpty() && placements.isEmpty() && told.isEmpty() && sends.isEmpty()) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        if (!changes.isEmpty()) {
            effects.add(new Effect.Persist(new ArrayList<>(changes.values())));
        }
        effects.addAll(placements.values());
        effects.addAll(told);
        sends.forEach(peer -> effects.add(new Effect.Send(peer)));
        return effects;
    }
}
