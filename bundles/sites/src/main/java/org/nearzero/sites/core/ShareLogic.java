package org.nearzero.sites.core;

import java.time.Instant;

/**
 * How a {@link Share} goes on. In one step: what was told is taken in, the verdict is asked for, and the migration goes as far as what
 * is known lets it.
 *
 * <p>There (source: homebase): TRIGGERED with the assignment; INSTANTIATING when the site reports the assignment's epoch; SWITCHING when
 * an instance is ready there; DRAINING when there are connections on it, or none relayed; COMPLETED when none is relayed, or the drain
 * is over. It has FAILED when the site reports a condition and has no instance ready or starting, or none is ready within
 * {@code startupDeadline} and a margin, counted anew when the first one starts. The assignment then goes back to relaying, and is made
 * again after a back-off, as long as the verdict stands. While the site is not reached no deadline passes.
 *
 * <p>Back (target: homebase): TRIGGERED with the assignment; INSTANTIATING and SWITCHING when the site reports its epoch, since from
 * then on it relays and the homebase holds what comes until an instance is ready; DRAINING while connections go on there; COMPLETED when
 * there is neither a connection nor an instance any more, or the drain is over.
 *
 * <p>One that the verdict overtakes has FAILED, superseded, and that in the other direction begins.
 */
public final class ShareLogic {
    private ShareLogic() {}

    /** One step. Pure: the same arguments give the same answer. */
    public static Transition on(Share share, ShareEvent event, Conditions conditions, Instant now) {
        return new ShareStep(share, conditions, now).on(event);
    }
}
