package org.nearzero.api.orchestrator;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.PopId;

/** Which part a point of presence plays for one application. */
public sealed interface Placement {
    /** The application's homebase. */
    Placement HOMEBASE = new Homebase();

    /** Connections are served here, and wait here for an instance if there is none. */
    record Homebase() implements Placement {}

    /**
     * Users are to be served here. Until an instance is ready, and whenever none is, their connections are relayed to the homebase;
     * as long as there are sessions here, one instance at least is wanted.
     *
     * @param homebase where it is relayed to meanwhile
     * @param doors where the homebase's ingress accepts connections of peers; none as long as they are not known yet
     * @param drain how long relayed connections may go on once an instance is ready here; then they are broken
     */
    record Serve(PopId homebase, List<Endpoint> doors, Duration drain) implements Placement {
        public Serve {
            requireNonNull(homebase, "homebase");
            doors = List.copyOf(doors);
            requireNonNull(drain, "drain");
        }
    }

    /**
     * Nothing is started here: all connections are relayed. Instances that run take no new connection, and stop once they are
     * empty, or when the drain is over.
     *
     * @param homebase where it is relayed to
     * @param doors where the homebase's ingress accepts connections of peers; none as long as they are not known yet
     * @param drain how long connections on instances here may go on; then they are broken
     */
    record Relay(PopId homebase, List<Endpoint> doors, Duration drain) implements Placement {
        public Relay {
            requireNonNull(homebase, "homebase");
            doors = List.copyOf(doors);
            requireNonNull(drain, "drain");
        }
    }
}
