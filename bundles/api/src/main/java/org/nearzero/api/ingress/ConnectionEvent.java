package org.nearzero.api.ingress;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;

/**
 * Something that happened to a connection or a session at the ingress (spec X.4.2).
 *
 * @param kind what
 * @param appId to which application
 * @param device whose
 * @param instance on which instance, if on one
 * @param at when
 */
public record ConnectionEvent(Kind kind, AppId appId, String device, Optional<AppInstanceId> instance, Instant at) {
    public ConnectionEvent {
        requireNonNull(kind, "kind");
        requireNonNull(appId, "appId");
        requireNonNull(device, "device");
        requireNonNull(instance, "instance");
        requireNonNull(at, "at");
    }

    /** What happened. */
    public enum Kind {
        /** A device's first connection to an application began its session. */
        SESSION_STARTED,
        /** A session ended, its idle time after the last connection. */
        SESSION_ENDED,
        /** A connection found no room and waits. */
        PARKED,
        /** A connection was admitted to an instance; if to none, it is relayed to the homebase. */
        ADMITTED,
        /** An admitted connection ended. */
        RELEASED,
        /** A connection was answered 503: no room within the bounds, or none can be made. */
        REFUSED,
        /** A waiting connection was given up by its device. */
        ABANDONED
    }
}
