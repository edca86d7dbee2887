package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.Deployment;
import org.nearzero.api.sites.PointOfPresence;

/**
 * All that one site decides among its peers: who they are, the applications whose homebase it is, those that it follows, and what has
 * to be told to whom. It holds state and is used by one thread at a time; it starts none, reads no clock, does no I/O.
 *
 * <p>Whoever runs it carries out the effects of each call, in order, before the next call (several calls may be put together, if all
 * of their {@link Effect.Persist} are written, in order, before anything else of them is done); so no message leaves before what it
 * says is on the disk. After each call, {@link #wakeAt} says when to come back with {@link SiteEvent#WOKEN} at the latest.
 */
public final class Site {
    private final Member self;

    /**
     * A site as it starts.
     *
     * @param settings how it behaves
     * @param self what it says of itself; its incarnation must be higher than at any start before, even if the store was lost (the
     *     greater of the kept one + 1 and the seconds since 1970, say)
     * @param kept all that its store holds, in any order
     */
    public Site(SiteSettings settings, Member self, List<Kept> kept, Instant now) {
        this.self = requireNonNull(self, "self");
    }

    /** What has to be done at the start: itself written down, everything that it knows placed, peers greeted. Once, before all else. */
    public List<Effect> start(Instant now) {
        throw new UnsupportedOperationException();
    }

    /** Something happened. */
    public List<Effect> on(SiteEvent event, Instant now) {
        throw new UnsupportedOperationException();
    }

    /** A peer that has proven to be {@code message.from()} has said something, as a request or as an answer. */
    public List<Effect> received(SyncMessage message, Instant now) {
        throw new UnsupportedOperationException();
    }

    /** What there is to tell a peer now, as a request or as an answer; everything, if that one has acknowledged nothing yet. */
    public SyncMessage messageFor(PopId peer, Instant now) {
        throw new UnsupportedOperationException();
    }

    /** What to say at a door behind which it is not known who is: who this site is, and whom it knows. Changes nothing. */
    public SyncMessage greeting() {
        throw new UnsupportedOperationException();
    }

    /** When to come back though nothing happens. */
    public Instant wakeAt() {
        throw new UnsupportedOperationException();
    }

    /** This site. */
    public PopId popId() {
        return self.popId();
    }

    /** How long a request to a peer may take. */
    public Duration timeout(PopId peer) {
        throw new UnsupportedOperationException();
    }

    /** All sites that it knows, itself included, by name. */
    public List<PointOfPresence> pops(Instant now) {
        throw new UnsupportedOperationException();
    }

    /** Where the homebase of an application is; empty if it knows none of that name. */
    public Optional<PopId> homebaseOf(AppId appId) {
        throw new UnsupportedOperationException();
    }

    /** Where an application is served; empty if it knows none of that name. */
    public Optional<Deployment> deployment(AppId appId) {
        throw new UnsupportedOperationException();
    }

    /** Where all applications are served that it knows, by name. */
    public List<Deployment> deployments() {
        throw new UnsupportedOperationException();
    }
}
