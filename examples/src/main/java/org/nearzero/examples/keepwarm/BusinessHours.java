package org.nearzero.examples.keepwarm;

import static java.util.Objects.requireNonNull;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * Monday to Friday, from one time of day up to another.
 *
 * @param opens the first moment, before {@code closes}
 * @param closes the first moment that is no longer in
 * @param zone where those times are read off the clock
 */
record BusinessHours(LocalTime opens, LocalTime closes, ZoneId zone) {
    BusinessHours {
        requireNonNull(zone, "zone");
        if (!opens.isBefore(closes)) {
            throw new IllegalArgumentException("opens: " + opens + " (expected: before closes, " + closes + ")");
        }
    }

    boolean contain(Instant now) {
        ZonedDateTime here = now.atZone(zone);
        LocalTime time = here.toLocalTime();
        return isWorkday(here.getDayOfWeek()) && !time.isBefore(opens) && time.isBefore(closes);
    }

    /** The next instant, after {@code now}, at which {@link #contain} changes its answer. */
    Instant nextChange(Instant now) {
        boolean open = contain(now);
        ZonedDateTime day = now.atZone(zone);
        // Within a week there is always one; local times that a change to summer time skips are moved by ZonedDateTime.
        for (int i = 0; i <= 7; i++) {
            Instant candidate = day.toLocalDate()
                    .plusDays(i)
                    .atTime(open ? closes : opens)
                    .atZone(zone)
                    .toInstant();
            if (candidate.isAfter(now) && contain(candidate) != open) {
                return candidate;
            }
        }
        throw new IllegalStateException("no change within a week of " + now + ": " + this);
    }

    private static boolean isWorkday(DayOfWeek day) {
        return day != DayOfWeek.SATURDAY && day != DayOfWeek.SUNDAY;
    }
}
