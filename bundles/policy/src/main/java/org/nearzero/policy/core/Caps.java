package org.nearzero.policy.core;

import java.util.List;
import java.util.Optional;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;

/**
 * The operator's caps as they bear on one application now; an image that he does not allow, or no longer, is a cap of nothing.
 *
 * @param forbidden why the image may not run; empty if it may
 * @param bounds what is bounded, application before provider before site
 * @param live the application's instances that serve or will
 * @param ending its instances that are being stopped, or failed and may still run: they take resources until they are gone
 */
record Caps(String forbidden, List<Bound> bounds, int live, int ending) {
    private static final int LONGEST_LIST = 300;

    static Caps of(Policies policies, Observed observed) {
        return new Caps(
                forbidden(policies),
                Bound.all(policies.operator(), policies.each(), policies.providerOthers(), policies.siteOthers()),
                observed.live(),
                observed.instances().size() - observed.live());
    }

    private static String forbidden(Policies policies) {
        List<String> allowed = policies.operator().imageAllowList();
        return new ImageAllowList(allowed).allows(policies.imagePath())
                ? ""
                : "image " + policies.imagePath() + " is not on the operator's allow-list: "
                        + Words.line(String.join(", ", allowed), LONGEST_LIST);
    }

    /** How many instances all the caps together leave room for; {@link Integer#MAX_VALUE} if there is none. */
    int room() {
        return !forbidden.isEmpty() ? 0 : tightest().map(this::room).orElse(Integer.MAX_VALUE);
    }

    /** The same with fewer instances if there is no room for as many. */
    Desired apply(Desired asked) {
        if (!forbidden.isEmpty() && asked.instances() > 0) {
            String reason = "0 instead of " + asked.instances() + ": " + forbidden + " (" + asked.reason() + ")";
            return new Desired(0, reason, asked.wakeAt(), true);
        }
        Optional<Bound> tightest = tightest();
        if (tightest.isEmpty() || asked.instances() <= room(tightest.get())) {
            return new Desired(asked.instances(), asked.reason(), asked.wakeAt(), false);
        }
        Bound bound = tightest.get();
        int room = room(bound);
        String until = room < bound.fits() && ending > 0 ? " until " + ending + " terminating or failed are gone" : "";
        String reason = room + " instead of " + asked.instances() + ": " + bound.text() + " leaves room for " + room
                + bound.beside() + until + " (" + asked.reason() + ")";
        return new Desired(room, reason, asked.wakeAt(), true);
    }

    private int room(Bound bound) {
        return bound.room(live, ending);
    }

    private Optional<Bound> tightest() {
        Bound tightest = null;
        for (Bound bound : bounds) {
            if (tightest == null || room(bound) < room(tightest)) {
                tightest = bound;
            }
        }
        return Optional.ofNullable(tightest);
    }
}
