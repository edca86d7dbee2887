package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.PointOfPresence.Availability;

/** What may happen at a {@link Site}, beside a message of a peer's. */
public sealed interface SiteEvent {
    /** {@link Site#wakeAt} has come. Early or late ones do no harm. */
    SiteEvent WOKEN = new Woken();

    /** Time has passed. */
    record Woken() implements SiteEvent {}

    /** An application, or a new version of it, whose homebase this site is to be or is. Whether it may be was checked before. */
    record Apply(Application application) implements SiteEvent {
        public Apply {
            requireNonNull(application, "application");
        }
    }

    /** An application whose homebase this site is is taken back; of another it is ignored. */
    record Delete(AppId appId, Duration drain) implements SiteEvent {
        public Delete {
            requireNonNull(appId, "appId");
            requireNonNull(drain, "drain");
        }
    }

    /**
     * How an application does at this site, as the ingress counts and the orchestrator sees. Whoever runs the site conflates them; an
     * equal one is free. One has to follow each {@link Effect.Place}.
     *
     * @param appId which application
     * @param sessions sessions here
     * @param devices devices with a connection here
     * @param connections connections on instances here, or waiting for one
     * @param relayed connections that are relayed to the homebase
     * @param ready instances that are ready under the placement that was last asked for; not those that drain since the one before
     * @param starting instances on their way
     * @param condition why nothing can be started under the present placement; empty: nothing is wrong
     */
    record Observed(
            AppId appId,
            int sessions,
            int devices,
            int connections,
            int relayed,
            int ready,
            int starting,
            String condition)
            implements SiteEvent {
        public Observed {
            requireNonNull(appId, "appId");
            requireNonNull(condition, "condition");
        }

        /** The same at the beginning of another epoch: nothing is known to be wrong, nor, if it is to be served now, to be ready. */
        Observed anew(boolean serves) {
            return new Observed(
                    appId, sessions, devices, connections, relayed, serves ? 0 : ready, serves ? 0 : starting, "");
        }
    }

    /** The operator says whether applications may be placed at a site, this one or another. */
    record SetAvailability(PopId popId, Availability availability) implements SiteEvent {
        public SetAvailability {
            requireNonNull(popId, "popId");
            requireNonNull(availability, "availability");
        }
    }

    /**
     * The operator's policy at this site has changed: each application whose homebase is here may be served at so many sites at once
     * besides, or fewer if its own policy says so.
     */
    record OperatorAllows(int servingPops) implements SiteEvent {}

    /** This site's own addresses have changed. */
    record Addresses(List<Endpoint> doors, List<Endpoint> ingress) implements SiteEvent {
        public Addresses {
            doors = List.copyOf(doors);
            ingress = List.copyOf(ingress);
        }
    }

    /** A peer has answered a request that was sent once, after that time. (Its message is given to {@link Site#received}.) */
    record Answered(PopId peer, Duration roundTrip) implements SiteEvent {
        public Answered {
            requireNonNull(peer, "peer");
            requireNonNull(roundTrip, "roundTrip");
        }
    }

    /** A request to a peer stayed unanswered for {@link Site#timeout}. */
    record Unanswered(PopId peer) implements SiteEvent {
        public Unanswered {
            requireNonNull(peer, "peer");
        }
    }
}
