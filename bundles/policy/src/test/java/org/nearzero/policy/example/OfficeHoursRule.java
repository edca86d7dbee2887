package org.nearzero.policy.example;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.nearzero.api.ingress.Demand;
import org.nearzero.api.policy.Desired;
import org.nearzero.api.policy.Observed;
import org.nearzero.api.policy.Policies;
import org.nearzero.api.policy.PolicyRule;

// README
/** Keeps one instance warm from 8 to 18 h UTC. Register it as an OSGi service, or hand it to the embedded builder. */
public final class OfficeHoursRule implements PolicyRule {
    @Override
    public String name() {
        return "office-hours";
    }

    @Override
    public Desired adjust(Desired proposed, Policies policies, Demand demand, Observed observed, Instant now) {
        ZonedDateTime time = now.atZone(ZoneOffset.UTC);
        ZonedDateTime opens = time.with(LocalTime.of(8, 0));
        ZonedDateTime closes = time.with(LocalTime.of(18, 0));
        if (proposed.instances() > 0 || !time.isBefore(closes)) {
            return proposed;
        }
        if (time.isBefore(opens)) { // nothing to do yet, but time alone will change that
            return new Desired(0, proposed.reason(), Optional.of(opens.toInstant()), false);
        }
        String left = Duration.between(time, closes).toMinutes() + " min";
        return new Desired(1, "kept warm for another " + left, Optional.of(closes.toInstant()), false);
    }
}
// README
