package org.nearzero.policy.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.nearzero.api.policy.Desired;

/** What becomes of a proposal when a third party's rule has answered, or has not. */
public final class Adjustment {
    /** The soonest that a rule may ask to be asked again; sooner would be a tick. */
    public static final Duration SOONEST_WAKE = Duration.ofMillis(100);

    /** The furthest off: an earlier question is harmless, and nobody has to reckon with {@link Instant#MAX}. */
    public static final Duration FURTHEST_WAKE = Duration.ofDays(1);

    private static final int LONGEST_REASON = 300;

    private Adjustment() {}

    /**
     * The proposal as a rule adjusted it: its number, as far as the developer's maximum; its reason beside the one before; woken
     * at the earlier of both instants, so that a rule which names none does not make the decision miss the end of a hold.
     * {@code capped} is not a rule's to say.
     *
     * @param most the developer's {@code maxInstances}: the one bound that there always is, and rules are the code of strangers
     */
    public static Desired adjusted(Desired before, String rule, Desired answer, int most, Instant now) {
        Optional<Instant> wakeAt = earlier(before.wakeAt(), answer.wakeAt(), now);
        if (answer.instances() == before.instances() && answer.reason().equals(before.reason())) {
            return new Desired(before.instances(), before.reason(), wakeAt, false);
        }
        int instances = Math.min(answer.instances(), most);
        String beyond =
                answer.instances() <= most ? "" : " (asked for " + answer.instances() + ", maxInstances " + most + ")";
        String said = Words.line(answer.reason(), LONGEST_REASON);
        String reason = instances
                + (instances == before.instances() ? "" : " instead of " + before.instances())
                + " by rule " + rule + beyond + ": " + (said.isEmpty() ? "no reason given" : said) + " ("
                + before.reason() + ")";
        return new Desired(instances, reason, wakeAt, false);
    }

    /** The proposal as it was, with the rule named that was passed over, and woken when it will be asked again. */
    public static Desired passedOver(Desired before, String rule, String why, Instant retryAt, Instant now) {
        return new Desired(
                before.instances(),
                before.reason() + "; rule " + rule + " passed over until " + Words.time(retryAt) + ": " + why,
                earlier(before.wakeAt(), Optional.of(retryAt), now),
                false);
    }

    /** A stranger's name or message in one line of bounded length. */
    public static String line(String text) {
        return Words.line(text, LONGEST_REASON);
    }

    private static Optional<Instant> earlier(Optional<Instant> ours, Optional<Instant> theirs, Instant now) {
        if (theirs.isEmpty() || theirs.equals(ours)) {
            return ours;
        }
        Instant soonest = Words.later(now, SOONEST_WAKE);
        Instant furthest = Words.later(now, FURTHEST_WAKE);
        Instant at = theirs.get().isBefore(soonest) ? soonest : theirs.get();
        at = at.isAfter(furthest) ? furthest : at;
        return Optional.of(ours.isPresent() && ours.get().isBefore(at) ? ours.get() : at);
    }
}
