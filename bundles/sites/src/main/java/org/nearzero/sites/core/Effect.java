package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.Application;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Migration;

/** What a {@link Site} asks of whoever runs it. They are carried out in order, and none before what precedes it has been. */
public sealed interface Effect {
    /** All of these are written, or none; on the disk before anything that follows. Always the first of its list. */
    record Persist(List<Change> changes) implements Effect {
        public Persist {
            changes = List.copyOf(changes);
        }
    }

    /** The orchestrator here has the application, in this version, in this placement. Repeated where in doubt. */
    record Place(Application application, Placement placement) implements Effect {
        public Place {
            requireNonNull(application, "application");
            requireNonNull(placement, "placement");
        }
    }

    /** The orchestrator here gives the application up; connections may go on for that long. */
    record Remove(AppId appId, Duration drain) implements Effect {
        public Remove {
            requireNonNull(appId, "appId");
            requireNonNull(drain, "drain");
        }
    }

    /**
     * There is news for a peer, or a heartbeat is due: a request with {@link Site#messageFor} is to be sent. Several for one peer may be
     * made one; one that fails need not be repeated, since another is asked for at the next heartbeat.
     */
    record Send(PopId peer) implements Effect {
        public Send {
            requireNonNull(peer, "peer");
        }
    }

    /** A migration has entered a state: listeners hear of it. */
    record Tell(Migration migration) implements Effect {
        public Tell {
            requireNonNull(migration, "migration");
        }
    }
}
