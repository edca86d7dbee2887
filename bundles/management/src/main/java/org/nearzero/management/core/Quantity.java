package org.nearzero.management.core;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ways in which a manifest writes an amount. Amounts too large for a {@code long} are read as the largest one, so that
 * they are refused with the range that they are out of.
 */
enum Quantity {
    /** A whole number, not in quotes. */
    COUNT("a whole number", "-?\\d+") {
        @Override
        long amount(Matcher text) {
            return clipped(new BigDecimal(text.group()));
        }
    },
    /** A duration in milliseconds: a whole number and its unit. */
    DURATION("a number and its unit: 500ms, 30s, 5m or 2h", "(\\d+)(ms|s|m|h)") {
        @Override
        long amount(Matcher text) {
            return clipped(new BigDecimal(text.group(1)).multiply(UNITS.get(text.group(2))));
        }
    },
    /** Bytes: a whole number, with a unit or without. */
    BYTES("bytes as a whole number, or with a unit: 512Ki, 16Mi or 1Gi", "(\\d+)(B|Ki|Mi|Gi|Ti|)") {
        @Override
        long amount(Matcher text) {
            return clipped(new BigDecimal(text.group(1)).multiply(UNITS.get(text.group(2))));
        }

        @Override
        String written(long amount) {
            return inBytes(amount);
        }
    },
    /** Bytes: a whole number of MiB, as CAMARA has it, or one with a unit. */
    MEMORY("MiB as a whole number, or with a unit: 256, 256Mi or 1Gi", "(\\d+)(B|Ki|Mi|Gi|Ti|)") {
        @Override
        long amount(Matcher text) {
            String unit = text.group(2).isEmpty() ? "Mi" : text.group(2);
            return clipped(new BigDecimal(text.group(1)).multiply(UNITS.get(unit)));
        }

        @Override
        String written(long amount) {
            return inBytes(amount);
        }
    },
    /** Thousandths of a CPU core. */
    CPU("cores, or thousandths of one: 0.5 or 500m, in steps of 1m", "(\\d+)m|\\d+(\\.\\d{1,3})?") {
        @Override
        long amount(Matcher text) {
            return clipped(
                    text.group(1) == null
                            ? new BigDecimal(text.group()).movePointRight(3)
                            : new BigDecimal(text.group(1)));
        }

        @Override
        String written(long amount) {
            return BigDecimal.valueOf(amount, 3).stripTrailingZeros().toPlainString();
        }
    };

    private static final Map<String, BigDecimal> UNITS = Map.of(
            "ms", BigDecimal.ONE,
            "s", BigDecimal.valueOf(1_000),
            "m", BigDecimal.valueOf(60_000),
            "h", BigDecimal.valueOf(3_600_000),
            "", BigDecimal.ONE,
            "B", BigDecimal.ONE,
            "Ki", BigDecimal.valueOf(1L << 10),
            "Mi", BigDecimal.valueOf(1L << 20),
            "Gi", BigDecimal.valueOf(1L << 30),
            "Ti", BigDecimal.valueOf(1L << 40));
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final int MOST_DIGITS = 40;

    private final String form;
    private final Pattern pattern;

    Quantity(String form, String pattern) {
        this.form = form;
        this.pattern = Pattern.compile(pattern);
    }

    /** How to write one, for a message. */
    String form() {
        return form;
    }

    /** The amount that a text says, in this quantity's base unit; empty if it is not written as it should be. */
    OptionalLong read(Node.Text text) {
        // A number in quotes is text (JSON keeps the two apart); an amount with a unit may be quoted, and CAMARA's
        // numCPU is.
        boolean misquoted = text.quoted() && this == COUNT;
        Matcher matcher = pattern.matcher(text.value());
        return !misquoted && text.value().length() <= MOST_DIGITS && matcher.matches()
                ? OptionalLong.of(amount(matcher))
                : OptionalLong.empty();
    }

    abstract long amount(Matcher text);

    /** An amount as an author would write it. */
    String written(long amount) {
        return String.valueOf(amount);
    }

    /** A range that speaks of base units, in the words of an author. */
    String inWords(String range) {
        return this == COUNT || this == DURATION
                ? range
                : NUMBER.matcher(range).replaceAll((MatchResult number) -> written(Long.parseLong(number.group())));
    }

    static Duration duration(long millis) {
        return Duration.ofMillis(millis);
    }

    private static String inBytes(long bytes) {
        String[] units = {"Ti", "Gi", "Mi", "Ki"};
        int shift = 40;
        for (String unit : units) {
            if (bytes != 0 && bytes % (1L << shift) == 0) {
                return (bytes >> shift) + unit;
            }
            shift -= 10;
        }
        return bytes == 0 ? "0" : bytes + "B";
    }

    private static long clipped(BigDecimal amount) {
        return amount.min(BigDecimal.valueOf(Long.MAX_VALUE))
                .max(BigDecimal.valueOf(Long.MIN_VALUE))
                .longValue();
    }
}
