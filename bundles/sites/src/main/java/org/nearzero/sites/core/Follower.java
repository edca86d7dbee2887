package org.nearzero.sites.core;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.model.Endpoint;
import org.nearzero.api.model.MigrationPolicy;
import org.nearzero.api.model.MigrationPolicy.OnHomebaseLost;
import org.nearzero.api.model.PopId;
import org.nearzero.api.orchestrator.Placement;
import org.nearzero.api.sites.Assignment;
import org.nearzero.api.sites.Assignment.Role;

/**
 * An application at a site that is not its homebase.
 *
 * @param kept what survives a crash: the claim that holds
 * @param cutOff whether its homebase is not reached
 */
public record Follower(FollowerRecord kept, boolean cutOff) {
    public Follower {
        requireNonNull(kept, "kept");
    }

    /**
     * What became of a claim.
     *
     * @param follower the state from now on; the very same {@code kept} if nothing has to be written
     * @param rival the claim that does not hold, if two homebases claim the application
     * @param dropped why something of it was not believed, for a person; empty: all was
     */
    public record Heard(Follower follower, Optional<FollowerRecord> rival, String dropped) {
        public Heard {
            requireNonNull(follower, "follower");
            requireNonNull(rival, "rival");
            requireNonNull(dropped, "dropped");
        }
    }

    /**
     * A site claims to be the homebase, and says what is to be done here. Within one homebase the higher epoch wins, whatever the order
     * in which they come; between two that both claim it (it was handed over on both sides of a partition), see {@link #outranks}.
     */
    public Heard hear(FollowerRecord claim, boolean claimantLost) {
        FollowerRecord valid = claim.valid();
        if (!valid.homebase().equals(kept.homebase())) {
            return outranks(valid, kept)
                    ? new Heard(new Follower(valid, claimantLost), Optional.of(kept), "")
                    : new Heard(
                            this,
                            Optional.of(valid),
                            valid.homebase() + " claims it at epoch " + valid.offerEpoch() + ", but " + kept.homebase()
                                    + " has it at " + kept.offerEpoch());
        }
        if (valid.offerEpoch() < kept.offerEpoch()) {
            return new Heard(
                    this, Optional.empty(), "offer of epoch " + valid.offerEpoch() + " after " + kept.offerEpoch());
        }
        if (valid.epoch() < kept.epoch()) {
            FollowerRecord newer = kept.version(valid.application());
            return new Heard(
                    new Follower(newer, cutOff),
                    Optional.empty(),
                    "assignment of epoch " + valid.epoch() + " after " + kept.epoch());
        }
        return new Heard(valid.equals(kept) ? this : new Follower(valid, cutOff), Optional.empty(), "");
    }

    /** Of two homebases the one that offers it at the higher epoch has it; at the same epoch the lower name. All sites agree on that. */
    static boolean outranks(FollowerRecord claim, FollowerRecord other) {
        return claim.offerEpoch() != other.offerEpoch()
                ? claim.offerEpoch() > other.offerEpoch()
                : claim.homebase().compareTo(other.homebase()) < 0;
    }

    /** The homebase is not reached any more, or again. */
    public Follower cutOff(boolean now) {
        return now == cutOff ? this : new Follower(kept, now);
    }

    /**
     * What the orchestrator here is to do. Who is cut off goes on with what it serves; where the policy lets it, it serves what it
     * relayed as well, until the homebase is back and its epochs decide.
     *
     * @param doors the homebase's
     */
    public Placement placement(List<Endpoint> doors) {
        Optional<MigrationPolicy> policy = kept.application().policy().migration();
        Duration drain = policy.orElse(MigrationPolicy.DEFAULT).drainTimeout();
        boolean onItsOwn = cutOff
                && policy.filter(p -> p.onHomebaseLost() == OnHomebaseLost.START)
                        .isPresent();
        return onItsOwn || kept.role() == Role.SERVE
                ? new Placement.Serve(kept.homebase(), doors, drain)
                : new Placement.Relay(kept.homebase(), doors, drain);
    }

    /** What this site was told to do, for people; one that was told nothing of its own relays. */
    Assignment assignment(PopId here) {
        return kept.assignment()
                .orElseGet(() -> new Assignment(
                        kept.application().appId(),
                        here,
                        Role.RELAY,
                        Math.max(1, kept.offerEpoch()),
                        "relay: nothing else was assigned"));
    }
}
