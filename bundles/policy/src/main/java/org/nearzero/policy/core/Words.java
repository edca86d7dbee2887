package org.nearzero.policy.core;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import org.nearzero.api.model.Problems;

/** Figures as people read them, and instants that do not overflow. */
final class Words {
    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;
    private static final long GIB = 1024 * MIB;
    private static final long SECONDS_A_DAY = 86_400;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss'Z'");
    private static final DateTimeFormatter TIME_AND_MILLIS = DateTimeFormatter.ofPattern("HH:mm:ss.SSS'Z'");

    private Words() {}

    /** {@code 1 instance}, {@code 2 instances}. */
    static String count(long amount, String noun) {
        return amount + " " + noun + (amount == 1 ? "" : "s");
    }

    /** The time of day in UTC to the millisecond: {@code 12:00:30Z}. No date: nothing that is told here is a day away. */
    static String time(Instant instant) {
        // By hand, since the calendar ends before Instant.MAX does.
        long second = Math.floorMod(instant.getEpochSecond(), SECONDS_A_DAY);
        LocalTime time = LocalTime.ofSecondOfDay(second).plusNanos(instant.getNano());
        return (instant.getNano() < 1_000_000 ? TIME : TIME_AND_MILLIS).format(time);
    }

    /** {@code 250ms}, {@code 30s}, {@code 5m}; beyond a day in whole days, where nobody counts seconds. */
    static String duration(Duration duration) {
        return duration.toDays() > 0 ? Words.count(duration.toDays(), "day") : Problems.text(duration);
    }

    /** {@code 512 MiB} where that is exact, bytes otherwise. */
    static String bytes(long amount) {
        if (amount != 0 && amount % GIB == 0) {
            return amount / GIB + " GiB";
        }
        if (amount != 0 && amount % MIB == 0) {
            return amount / MIB + " MiB";
        }
        return amount != 0 && amount % KIB == 0 ? amount / KIB + " KiB" : count(amount, "byte");
    }

    /** {@code from} plus {@code by}, at most {@link Instant#MAX}. */
    static Instant later(Instant from, Duration by) {
        return from.isAfter(Instant.MAX.minus(by)) ? Instant.MAX : from.plus(by);
    }

    /** A stranger's text, in one line of at most {@code most} characters. */
    static String line(String text, int most) {
        String plain = text.codePoints()
                .limit(most)
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
        return text.length() > most ? plain + "..." : plain;
    }
}
