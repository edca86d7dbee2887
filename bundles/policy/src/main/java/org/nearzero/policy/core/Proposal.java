package org.nearzero.policy.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.ingress.Peak;
import org.nearzero.api.model.AppInstanceStatus;
import org.nearzero.api.model.ScalingPolicy;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;

/** What demand and the developer's policy make of it: need, held, within the developer's bounds. */
record Proposal(ScalingPolicy scaling, Demand demand, Observed observed, Need need, List<Hold> holds) {
    /** No delay of a policy is longer than a day; further off there is only a clock gone wrong, and nobody should have to reckon with it. */
    private static final Duration FURTHEST_WAKE = Duration.ofDays(7);

    static Proposal of(ScalingPolicy scaling, Demand demand, Observed observed, Instant now) {
        return new Proposal(
                scaling, demand, observed, Need.of(demand, scaling), Hold.inForce(scaling, demand, observed, now));
    }

    /**
     * The proposal in words.
     *
     * @param room how many the operator leaves room for: does not change the number (that is {@link Caps}' business), only
     *     {@code wakeAt}, since the end of a hold above the room changes nothing
     */
    Desired desired(int room, Instant now) {
        int instances = instances();
        Instant furthest = Words.later(now, FURTHEST_WAKE);
        Optional<Instant> wakeAt = longest(room).map(Hold::until).map(at -> at.isAfter(furthest) ? furthest : at);
        return new Desired(instances, reason(instances, now), wakeAt, false);
    }

    private int instances() {
        int held = holds.stream().mapToInt(Hold::instances).max().orElse(0);
        return bounded(Math.max(need.instances(), held));
    }

    private int bounded(int asked) {
        return Math.max(scaling.minInstances(), Math.min(scaling.maxInstances(), asked));
    }

    /**
     * The hold with whose end the answer changes: the last to end of those that keep the number where it is. Empty if need or
     * the bounds alone keep it there. Bounds are monotonic, so the answer is the highest that any hold gives by itself.
     */
    private Optional<Hold> longest(int room) {
        int answer = Math.min(room, instances());
        if (Math.min(room, bounded(need.instances())) == answer) {
            return Optional.empty();
        }
        return holds.stream()
                .filter(hold -> Math.min(room, bounded(hold.instances())) == answer)
                .max(Comparator.comparing(Hold::until));
    }

    private String reason(int instances, Instant now) {
        Optional<Hold> hold = longest(Integer.MAX_VALUE);
        if (hold.isPresent()) {
            return Words.count(instances, "instance") + ": demand needs " + need.instances() + ", held until "
                    + Words.time(hold.get().until()) + " by " + hold.get().by();
        }
        if (instances > need.instances()) {
            return Words.count(instances, "instance") + ": minInstances " + instances + ", demand needs "
                    + need.instances() + present();
        }
        if (instances < need.instances()) {
            return Words.count(instances, "instance") + ": maxInstances " + instances + ", demand needs more: "
                    + need.text() + present();
        }
        return instances == 0
                ? "0: " + idle(now) + present()
                : Words.count(instances, "instance") + ": " + need.text() + present();
    }

    /** How long nobody has been there, as far as is remembered. */
    private String idle(Instant now) {
        for (int i = demand.recent().size() - 1; i >= 0; i--) {
            Peak peak = demand.recent().get(i);
            if (peak.connections() > 0 && peak.until().isBefore(now)) {
                return "idle for " + Words.duration(Duration.between(peak.until(), now));
            }
        }
        return need.text();
    }

    /** What is there, for example {@code " (2 ready, 1 starting)"}; nothing if nothing is. */
    private String present() {
        StringBuilder text = new StringBuilder();
        part(text, AppInstanceStatus.READY, "ready");
        part(text, AppInstanceStatus.INSTANTIATING, "starting");
        part(text, AppInstanceStatus.UNKNOWN, "unknown");
        part(text, AppInstanceStatus.TERMINATING, "terminating");
        part(text, AppInstanceStatus.FAILED, "failed");
        return text.length() == 0 ? "" : " (" + text + ")";
    }

    private void part(StringBuilder text, AppInstanceStatus status, String word) {
        int count = observed.count(status);
        if (count > 0) {
            text.append(text.length() == 0 ? "" : ", ")
                    .append(count)
                    .append(' ')
                    .append(word);
        }
    }
}
