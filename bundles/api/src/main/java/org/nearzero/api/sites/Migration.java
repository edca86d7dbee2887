package org.nearzero.api.sites;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.PopId;

/**
 * An application on its way from one site to another, or back.
 *
 * @param migrationId its name: application, site and epoch
 * @param appId which application
 * @param source where its users were served before
 * @param target where they are to be served
 * @param epoch of the assignment that it carries out
 * @param state how far it is
 * @param attempt which attempt this is, from 1
 * @param history the states that it has been in, oldest first, the present one last; at most 32
 */
public record Migration(
        String migrationId,
        AppId appId,
        PopId source,
        PopId target,
        long epoch,
        State state,
        int attempt,
        List<Step> history) {
    public Migration {
        requireNonNull(migrationId, "migrationId");
        requireNonNull(appId, "appId");
        requireNonNull(source, "source");
        requireNonNull(target, "target");
        requireNonNull(state, "state");
        history = List.copyOf(history);
    }

    /**
     * One step of it.
     *
     * @param state what was entered
     * @param at when
     * @param reason why, in words and figures that a person can check
     */
    public record Step(State state, Instant at, String reason) {
        public Step {
            requireNonNull(state, "state");
            requireNonNull(at, "at");
            requireNonNull(reason, "reason");
        }
    }

    /** How far a migration is. In every state but COMPLETED the way by which users were served before is still there. */
    public enum State {
        /** Decided and written down. */
        TRIGGERED,
        /** The target has the assignment, gets the artefact and starts an instance. */
        INSTANTIATING,
        /** An instance is ready at the target: its route flips. */
        SWITCHING,
        /** New connections go the new way; the old ones end, or are given up at the drain limit. */
        DRAINING,
        /** Nothing goes the old way any more. */
        COMPLETED,
        /** It could not be carried out; users are served the old way, and it is tried again after a back-off. */
        FAILED;

        /** Whether nothing more comes of it. */
        public boolean over() {
            return this == COMPLETED || this == FAILED;
        }
    }
}
