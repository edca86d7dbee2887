package org.nearzero.examples.keepwarm;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;
import org.nearzero.api.policy.PolicyRule;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Keeps one instance of each application warm on workdays from 08:00 to 18:00, so that nobody waits for a cold start then.
 *
 * <p>Dropped into a running distribution as a bundle, it takes part from the next decision on: the annotation registers it as a
 * service. A plain host passes it to {@code Nearzero.builder().policyRule(...)}.
 *
 * <p>It is a pure function: it reads the time from {@code now}, never from a clock, and asks to be woken when its own answer
 * changes, since nothing else would. The operator's caps come after it, so it need not mind them.
 */
@Component
public final class KeepWarmRule implements PolicyRule {
    private final BusinessHours hours;

    /** Workdays from 08:00 to 18:00 in the machine's time zone. */
    @Activate
    public KeepWarmRule() {
        this(LocalTime.of(8, 0), LocalTime.of(18, 0), ZoneId.systemDefault());
    }

    /** @throws IllegalArgumentException unless {@code opens} is before {@code closes} */
    public KeepWarmRule(LocalTime opens, LocalTime closes, ZoneId zone) {
        this.hours = new BusinessHours(opens, closes, zone);
    }

    @Override
    public String name() {
        return "keep-warm";
    }

    @Override
    public Desired adjust(Desired proposed, Policies policies, Demand demand, Observed observed, Instant now) {
        Instant change = hours.nextChange(now);
        Instant wakeAt = proposed.wakeAt().filter(change::isAfter).orElse(change);
        if (!hours.contain(now) || proposed.instances() > 0) {
            return new Desired(proposed.instances(), proposed.reason(), Optional.of(wakeAt), proposed.capped());
        }
        return new Desired(
                1, "1 kept warm until " + change + " (business hours)", Optional.of(wakeAt), proposed.capped());
    }
}
